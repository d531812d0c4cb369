import { test } from 'vitest';
import { openRenderer } from './browser.ts';
import { screens } from './screens.ts';

test('w', async () => {
  const browser = await openRenderer();
  for (const name of ['a patient', 'a patient’s consent']) {
    const screen = screens.find((s) => s.name === name)!;
    const page = await browser.open(screen);
    await screen.arrange?.(page);
    await page.setViewportSize({ width: 380, height: 900 });
    console.log(
      name,
      await page.evaluate(() => {
        const boxes = [...document.querySelectorAll('html, .main, .start, .key-page, dialog')];
        const out: string[] = boxes.map(
          (b) => `${b.tagName}.${b.className} ${b.scrollWidth}/${b.clientWidth}`,
        );
        for (const e of document.querySelectorAll('.main *, dialog *')) {
          const r = e.getBoundingClientRect();
          if (r.right > 381 && r.width > 0)
            out.push(
              `${e.tagName}.${(e as HTMLElement).className} ${Math.round(r.left)}-${Math.round(r.right)}`,
            );
        }
        return out.slice(0, 14).join('\n');
      }),
    );
    await page.close();
  }
  await browser.close();
}, 100000);
