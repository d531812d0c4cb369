import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../requirements.ts';
import { openRenderer, type RendererBrowser } from './browser.ts';
import { screens } from './screens.ts';

const suite = 'every screen in a real browser';

/** What axe finds wrong, one line a finding. */
async function violations(page: Page): Promise<string[]> {
  // As text through the debugger: the page's own policy lets no script in.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id}: ${help} (${target.join(' ')})\n${failureSummary}`,
    ),
  );
}

/** How much of the page one would have to scroll sideways for. */
function hiddenWidthPx(): number {
  const boxes = document.querySelectorAll('html, .main, .start, .key-page, dialog');
  return Math.max(...Array.from(boxes, (box) => box.scrollWidth - box.clientWidth));
}

describe.skipIf(lacks('chromium', suite))(suite, () => {
  let browser: RendererBrowser;
  beforeAll(async () => {
    browser = await openRenderer();
  });
  afterAll(() => browser?.close());

  test.each(screens)(
    '$name has nothing that axe objects to, in light, in dark and at 200 %, and fits windows 1920, 800 and 380 pixels wide',
    async (screen) => {
      const page = await browser.open(screen);
      await screen.arrange?.(page);
      expect(await violations(page), 'light').toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await violations(page), 'dark').toEqual([]);
      // What a browser makes of 1440 × 900 at twice the size.
      await page.setViewportSize({ width: 720, height: 450 });
      expect(await violations(page), '200 %').toEqual([]);
      for (const width of [1920, 800, 380]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await page.evaluate(hiddenWidthPx), `${width} px`).toBe(0);
      }
      await page.close();
    },
  );

  test('no screen is refused anything by the content security policy', () => {
    expect(browser.consoleErrors).toEqual([]);
  });
});
