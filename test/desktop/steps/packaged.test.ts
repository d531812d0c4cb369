import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from '../../requirements.ts';
import { Person, runDesktop } from '../desktop.ts';
import { packageApp, packagedBinary } from '../electron22/packaged.mjs';

const suite = 'the packaged program in a real Electron';
const probe = path.join(import.meta.dirname, '../inside/packaged-probe.cjs');

describe.skipIf(lacks('desktop', suite))(suite, () => {
  let person: Person;
  beforeAll(() => {
    person = new Person();
    packageApp();
  });
  afterAll(() => person?.leave());

  const start = (...switches: string[]) =>
    runDesktop(person, {
      args: [...switches, '--data', person.dataFolder],
      env: { DERMASPIKE_ELECTRON: packagedBinary, DERMASPIKE_PROBE: probe },
    });

  test('opens its window, and no developer tools', async () => {
    const { code, log } = await start();
    expect(log).toContain('probe: {"isPackaged":true,"toolsOpened":false}');
    expect(code).toBe(0);
  });

  // With --inspect-brk Node waits before the program's first line: that is for a fuse to prevent.
  test.each([
    '--remote-debugging-port=0',
    '--remote-debugging-pipe',
    '--inspect=0',
    '--inspect-port=0',
  ])('does not start with %s', async (debugging) => {
    const { code, log } = await start(debugging);
    expect(log).toContain(`does not start with ${debugging.replace('=0', '')}`);
    expect(log).not.toMatch(/DevTools listening|probe:/);
    expect(code).toBe(1);
  });
});
