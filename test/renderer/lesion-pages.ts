import type { Page } from 'playwright-core';

/** Gives the first lesion's images days of capture: years apart, out of the order of import, one unknown. */
export async function dateImages(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { clinic } = window.fakeStation;
    const [lesion] = clinic.lesions;
    const days = ['2026-05-04T09:30:00', '2021-03-02T10:00:00', '2025-11-05T10:14:00'];
    const own = clinic.images.filter(({ stored }) => stored.lesionId === lesion?.id);
    own.forEach(({ stored }, index) => {
      stored.capturedAt = days[index] ?? null;
    });
    const [, , , other] = clinic.images;
    if (lesion && other) Object.assign(other.stored, { lesionId: lesion.id, capturedAt: null });
    window.fakeStation.changed('images', 'lesions');
  });
}

/** From any screen; ends on the page of the first lesion. */
export async function openLesion(page: Page): Promise<void> {
  await dateImages(page);
  await page.evaluate(() => {
    location.hash = `#/lesions/${window.fakeStation.clinic.lesions[0]?.id}`;
  });
  await page.getByRole('heading', { name: 'Lesion A' }).waitFor();
}

export async function openCompare(page: Page): Promise<void> {
  await openLesion(page);
  await page.keyboard.press('c');
  await page.getByRole('heading', { name: 'Compare lesion A' }).waitFor();
}

/** From the worklist; ends beside a picture with a ruler and a camera, which is being measured. */
export async function openMeasure(page: Page): Promise<void> {
  await page.evaluate(() => {
    const { clinic } = window.fakeStation;
    const found = clinic.images.find(
      ({ seed, stored }) => seed % 3 !== 2 && stored.device !== null,
    );
    location.hash = `#/images/${found?.stored.id}`;
  });
  await page.getByRole('heading', { name: /^Lesion / }).waitFor();
  await page
    .getByRole('img', { name: /^Lesion / })
    .first()
    .waitFor();
  await page.keyboard.press('l');
  await page.getByRole('heading', { name: 'Scale' }).waitFor();
}

/** Outlines all of the first lesion's images, and calibrates all but those of one day. */
export async function measureImages(page: Page, uncalibrated = ''): Promise<void> {
  await page.evaluate((day) => {
    const { clinic, measuring } = window.fakeStation;
    const own = clinic.images.filter(({ stored }) => stored.lesionId === clinic.lesions[0]?.id);
    for (const { stored } of own) {
      measuring['measuring.propose']({ imageId: stored.id });
      if (day && stored.capturedAt?.startsWith(day)) continue;
      const by = { source: 'ruler', markMm: 1 } as const;
      measuring['measuring.calibrate']({ imageId: stored.id, by });
    }
  }, uncalibrated);
}
