import { expect, test } from 'vitest';
import { installedProgram } from '../../../electron/updates/installed.ts';

const database = 25;

test.each([
  [
    'linux',
    '/tmp/.mount_D/dermaspike',
    { APPIMAGE: '/home/a/D.AppImage', APPDIR: '/tmp/.mount_D' },
    'appimage',
  ],
  ['linux', '/opt/Dermaspike/dermaspike', {}, 'deb'],
  ['linux', '/opt/Dermaspike/dermaspike', { APPIMAGE: '/etc/passwd', APPDIR: '/tmp/x' }, 'deb'],
  ['linux', '/home/a/linux-unpacked/dermaspike', {}, null],
  ['win32', 'C:\\Program Files\\Dermaspike\\Dermaspike.exe', {}, 'nsis'],
  ['win32', 'C:\\Temp\\x\\Dermaspike.exe', { PORTABLE_EXECUTABLE_FILE: 'D:\\D.exe' }, null],
  ['darwin', '/Applications/Dermaspike.app/Contents/MacOS/Dermaspike', {}, 'zip'],
])('on %s %s with %o was installed as %s', (platform, execPath, env, kind) => {
  const traces = { version: '1.2.0', database, arch: 'x64', platform, execPath, env };
  expect(installedProgram({ ...traces, isPackaged: true })).toMatchObject({
    kind,
    file: kind === 'appimage' ? '/home/a/D.AppImage' : null,
  });
  expect(installedProgram({ ...traces, isPackaged: false })).toMatchObject({ kind: null });
});
