// Frames of comparing two 12-megapixel pictures in real Chromium, on this machine:
//   DERMASPIKE_BENCH_COMPARE=1 npm test -- test/renderer/compare-bench.test.ts
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { openRenderer } from './browser.ts';
import { openCompare } from './lesion-pages.ts';

const frames = 120;

/** Gives the pictures 4,000 × 3,000 pixels, drawn once. */
async function enlarge(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { clinic } = window.fakeStation;
    for (const { stored } of clinic.images)
      Object.assign(stored, { widthPx: 4000, heightPx: 3000 });
    window.fakeStation.largestSidePx = 4096;
  });
}

/** While `act` is called for each frame: how long the frames took, in milliseconds. */
function framesOf(page: Page, key: string, wheel: boolean): Promise<number[]> {
  return page.evaluate(
    ({ count, key, wheel }) =>
      new Promise<number[]>((resolve) => {
        const canvas = document.querySelector('canvas');
        const times: number[] = [];
        let before = performance.now();
        let left = count;
        const step = () => {
          const now = performance.now();
          times.push(now - before);
          before = now;
          if (left-- === 0) return resolve(times.slice(2));
          if (wheel)
            canvas?.dispatchEvent(
              new WheelEvent('wheel', {
                deltaY: left % 40 < 20 ? -40 : 40,
                bubbles: true,
                cancelable: true,
              }),
            );
          else document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
          requestAnimationFrame(step);
        };
        requestAnimationFrame(step);
      }),
    { count: frames, key, wheel },
  );
}

function summary(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  return `median ${at(0.5)} ms, p95 ${at(0.95)} ms, longest ${at(1)} ms`;
}

test.runIf(process.env.DERMASPIKE_BENCH_COMPARE)(
  'two visits of 12 megapixels are compared',
  async () => {
    const said: string[] = [];
    const say = (line: string) => said.push(line);
    const browser = await openRenderer();
    const page = await browser.open({ hash: '#/worklist', widthPx: 1920, heightPx: 1080 });
    await enlarge(page);
    const began = performance.now();
    await openCompare(page);
    await page.waitForFunction(() => {
      const canvas = document.querySelector('canvas');
      const data = canvas
        ?.getContext('2d')
        ?.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data;
      return data !== undefined && (data[0] ?? 0) > 20;
    });
    say(`lesion's page and opening, first pictures: ${(performance.now() - began).toFixed(0)} ms`);
    await page.waitForTimeout(3000);
    say(`zoom, two panes: ${summary(await framesOf(page, '', true))}`);
    await page.waitForTimeout(3000);
    say(`zoom with the large pictures: ${summary(await framesOf(page, '', true))}`);
    await page.keyboard.press('2');
    say(`blink: ${summary(await framesOf(page, ' ', false))}`);
    await page.keyboard.press('3');
    say(`swipe: ${summary(await framesOf(page, ']', false))}`);
    await page.keyboard.press('4');
    say(`fade: ${summary(await framesOf(page, '[', false))}`);
    await page.keyboard.press('5');
    say(`zoom of the difference: ${summary(await framesOf(page, '', true))}`);
    await browser.close();
    process.stdout.write(`${said.join('\n')}\n`);
    expect(said).toHaveLength(7);
  },
  300_000,
);
