import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultSettings, readSettings } from '../../../native-bridge/shared/settings.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-settings-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function settingsOf(text: string) {
  writeFileSync(path.join(folder, 'accelerators.json'), text);
  return readSettings(folder);
}

describe('the settings of the accelerators', () => {
  it('are the documented defaults where there is no file', () => {
    expect(readSettings(folder)).toMatchObject({ settings: defaultSettings, obstacle: undefined });
    expect(defaultSettings).toEqual({
      usb: [{ vendorId: 0x1209, productId: 1 }],
      hid: [{ vendorId: 0x1209, productId: 2, reportBytes: 64 }],
      policy: 'device-first',
      shadowEvery: 20,
    });
  });

  it('are what the file says, and the defaults for the rest', () => {
    const { settings, obstacle } = settingsOf(
      '{"usb": [{"vendorId": "0x12aB", "productId": "0001"}], "policy": "compare-both"}',
    );
    expect(obstacle).toBeUndefined();
    expect(settings).toEqual({
      ...defaultSettings,
      usb: [{ vendorId: 0x12ab, productId: 1 }],
      policy: 'compare-both',
    });
  });

  it.each([
    ['a bad id', '{"usb": [{"vendorId": "12345", "productId": "1"}]}', /"usb\.0\.vendorId"/],
    ['a number for an id', '{"hid": [{"vendorId": 4617, "productId": "1"}]}', /"hid\.0/],
    ['an unknown member', '{"usbs": []}', /usbs/],
    ['an unknown policy', '{"policy": "fastest"}', /"policy"/],
    ['no JSON', 'usb: 1209', /JSON/],
  ])('are the defaults, and said to be, where the file has %s', (_what, text, reason) => {
    const { settings, obstacle } = settingsOf(text);
    expect(settings).toEqual(defaultSettings);
    expect(obstacle).toMatchObject({
      id: 'settings',
      problem: expect.stringMatching(reason),
      remedy: expect.stringContaining('Correct the file'),
    });
  });
});
