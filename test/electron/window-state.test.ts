import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readWindowState, writeWindowState } from '../../electron/window-state.ts';

const screens = [{ x: 0, y: 0, width: 1920, height: 1080 }];
let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dermaspike-window-'));
  file = path.join(folder, 'window.json');
});
afterAll(() => rm(folder, { recursive: true }));

const at = (x: number, y: number) => ({
  bounds: { x, y, width: 1000, height: 700 },
  maximized: false,
});

test('a window comes back where it was', () => {
  writeWindowState(file, at(300, 200));
  expect(readWindowState(file, screens)).toEqual(at(300, 200));
});

test('a window whose screen is gone comes back on one that is there', () => {
  writeWindowState(file, at(2500, 200));
  expect(readWindowState(file, screens)).toBeUndefined();
});

test('a damaged or missing record is ignored', async () => {
  await writeFile(file, '{"bounds":{"x":"left"}}');
  expect(readWindowState(file, screens)).toBeUndefined();
  expect(readWindowState(path.join(folder, 'none.json'), screens)).toBeUndefined();
});

test('a place that cannot be written to costs nothing', () => {
  expect(() => writeWindowState(path.join(folder, 'none', 'window.json'), at(0, 0))).not.toThrow();
});
