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

  it('are taken at their bounds, a report of 64 bytes where nothing is said', () => {
    for (const reportBytes of [8, 1024]) {
      const hid = `{"vendorId": "1209", "productId": "0XAbCd", "reportBytes": ${reportBytes}}`;
      expect(settingsOf(`{"hid": [${hid}]}`).settings.hid).toEqual([
        { vendorId: 0x1209, productId: 0xabcd, reportBytes },
      ]);
    }
    const usual = settingsOf('{"hid": [{"vendorId": "1209", "productId": "0002"}]}');
    expect(usual.settings.hid[0]?.reportBytes).toBe(64);
    for (const shadowEvery of [1, 10_000])
      expect(settingsOf(`{"shadowEvery": ${shadowEvery}}`).settings.shadowEvery).toBe(shadowEvery);
    expect(settingsOf('{"akidaPython": "p", "usb": []}').settings).toEqual({
      ...defaultSettings,
      usb: [],
      akidaPython: 'p',
    });
  });

  it('are said to lie in a file that is not followed, and where in it the trouble is', () => {
    const file = path.join(folder, 'accelerators.json');
    expect(settingsOf('{"shadowEvery": 0.5}').obstacle).toMatchObject({
      link: null,
      label: 'accelerators.json',
      problem: expect.stringMatching(/accelerators\.json is not followed, .*: "shadowEvery": /),
    });
    const whole = settingsOf('[]');
    expect([whole.file, whole.obstacle?.problem]).toEqual([
      file,
      expect.not.stringContaining('"":'),
    ]);
  });

  it.each([
    [
      'reports that are too short',
      '{"hid": [{"vendorId": "1209", "productId": "0002", "reportBytes": 7}]}',
      /reportBytes/,
    ],
    [
      'reports that are too long',
      '{"hid": [{"vendorId": "1209", "productId": "0002", "reportBytes": 1025}]}',
      /reportBytes/,
    ],
    ['no image compared', '{"shadowEvery": 0}', /"shadowEvery"/],
    ['too few images compared', '{"shadowEvery": 10001}', /"shadowEvery"/],
    ['no name of a Python', '{"akidaPython": ""}', /"akidaPython"/],
    [
      'three digits for an id',
      '{"usb": [{"vendorId": "120", "productId": "0001"}]}',
      /four hexadecimal/,
    ],
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
