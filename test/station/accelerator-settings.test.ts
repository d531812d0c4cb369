import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keepPolicy } from '../../src/station/accelerator-settings.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-settings-'));
  file = path.join(folder, 'accelerators.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the policy is written beside what is there, as a person would, and not anew where it is so already', () => {
  keepPolicy(folder, 'device-first');
  expect(readFileSync(file, 'utf8')).toBe('{\n  "policy": "device-first"\n}\n');
  const own = '{"usb": [], "policy": "emulator-only"}';
  writeFileSync(file, own);
  const { ino } = statSync(file);
  keepPolicy(folder, 'emulator-only');
  expect([readFileSync(file, 'utf8'), statSync(file).ino]).toEqual([own, ino]);
  keepPolicy(folder, 'compare-both');
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ usb: [], policy: 'compare-both' });
});

test.each([
  ['no JSON', '{ "policy": ', 'it holds no JSON object. Correct it, then choose again.'],
  ['a list', '[]', 'it holds no JSON object. Correct it, then choose again.'],
])('a file of %s is left as it is, and said to be wrong', (_, text, why) => {
  writeFileSync(file, text);
  expect(() => keepPolicy(folder, 'device-first')).toThrow(
    expect.objectContaining({ code: 'not-saved', message: expect.stringContaining(why) }),
  );
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('what the system says of a file that cannot be written is told in one sentence, with what to do', () => {
  mkdirSync(`${file}.tmp/in-the-way`, { recursive: true });
  expect(() => keepPolicy(folder, 'device-first')).toThrow(
    expect.objectContaining({
      code: 'not-saved',
      message: expect.stringMatching(
        /[^.]\. See that this user may write there, then choose again\.$/,
      ),
    }),
  );
});
