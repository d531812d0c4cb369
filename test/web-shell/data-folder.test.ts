import { homedir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../../src/processes/data-folder.ts';

test('the data folder is the one asked for, then the variable’s, then the system’s', () => {
  const env = { DERMASPIKE_DATA: '/srv/clinic', XDG_DATA_HOME: '/xdg' };
  expect(dataFolder('/asked', env, 'linux')).toBe('/asked');
  expect(dataFolder(undefined, env, 'linux')).toBe('/srv/clinic');
  expect(dataFolder(undefined, { XDG_DATA_HOME: '/xdg' }, 'linux')).toBe('/xdg/dermaspike');
});

test('the data folder is where each system keeps programs’ data', () => {
  const home = homedir();
  expect(dataFolder(undefined, {}, 'linux')).toBe(path.join(home, '.local/share/dermaspike'));
  expect(dataFolder(undefined, { XDG_DATA_HOME: 'relative' }, 'linux')).toBe(
    path.join(home, '.local/share/dermaspike'),
  );
  expect(dataFolder(undefined, {}, 'darwin')).toBe(
    path.join(home, 'Library/Application Support/Dermaspike'),
  );
  expect(dataFolder(undefined, { APPDATA: '/roaming' }, 'win32')).toBe('/roaming/Dermaspike');
});
