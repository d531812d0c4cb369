import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { fuses } from '../../build/package/fuses.mjs';
import { productRoot } from '../../src/processes/dist.ts';

const read = (...parts: string[]) => readFileSync(path.join(productRoot, ...parts), 'utf8');
const sourcesIn = (folder: string, pattern: RegExp) =>
  readdirSync(path.join(productRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => pattern.test(file))
    .map((file) => ({ file: `${folder}/${file}`, text: read(folder, file) }));

describe('the desktop shell’s sources', () => {
  const shell = sourcesIn('electron', /\.ts$/);
  const linesWith = (pattern: RegExp) =>
    shell.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

  test('switch no protection of Chromium’s off and no experiment on', () => {
    expect(
      linesWith(
        /allowRunningInsecureContent|experimentalFeatures|enableBlinkFeatures|webSecurity: false|allowpopups|no-sandbox/,
      ),
    ).toEqual([]);
  });

  test('open no address in another program, and no file but an installer that was proved', () => {
    expect(linesWith(/openExternal/)).toEqual([]);
    const opening = shell.flatMap(({ file, text }) =>
      [...text.matchAll(/openPath\(.*?\)/g)].map(([call]) => `${file}: ${call}`),
    );
    expect(opening).toEqual(['electron/updates/serve.ts: openPath(file)']);
  });

  test('load nothing from files', () => {
    expect(linesWith(/loadFile|file:\/\//)).toEqual([]);
  });

  test('listen to no message whose sender they do not look at', () => {
    const listeners = shell.flatMap(({ file, text }) =>
      [...text.matchAll(/ipcMain\.(?:on|handle)\('?[^,]+, (\w+\))?/g)].map(
        ({ index, 1: named }) => ({
          file,
          // One that has a name stands elsewhere in its file.
          body: named ? text : text.slice(index, index + 400),
        }),
      ),
    );
    expect([...new Set(listeners.map(({ file }) => file))].sort()).toEqual([
      'electron/own-page.ts',
      'electron/silence.ts',
    ]);
    for (const { file, body } of listeners)
      expect(body, file).toMatch(/#windowOf\(senderFrame\)|sender === webContents/);
  });
});

test('Electron is pinned to one version', () => {
  const { devDependencies } = JSON.parse(read('package.json'));
  expect(devDependencies.electron).toMatch(/^\d+\.\d+\.\d+$/);
});

describe('docs/security.md', () => {
  const chapter =
    read('docs/security.md').split('## The desktop window')[1]?.split('\n## ')[0] ?? '';
  const rows = chapter.split('\n').filter((line) => /^\| [\d`]/.test(line));

  test('has all of Electron’s list and every fuse', () => {
    const numbers = rows.flatMap((row) => /^\| (\d+) /.exec(row)?.[1] ?? []).map(Number);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    const named = rows.flatMap((row) => /^\| `(\w+)`/.exec(row)?.[1] ?? []);
    expect(named.sort()).toEqual(Object.keys(fuses).sort());
  });

  test('names tests that there are', () => {
    const tests = sourcesIn('test', /\.test\.ts$/)
      .map(({ text }) => text)
      .join('\n');
    for (const row of rows) {
      const names = [...row.matchAll(/“([^”]+)”/g)].map(([, name]) => name ?? '');
      expect(names.length, row).toBeGreaterThan(0);
      for (const name of names) expect(tests.includes(name), name).toBe(true);
    }
  });
});
