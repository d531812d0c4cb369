import { expect, test } from 'vitest';
import { shareOf } from '../../src/store/share.ts';
import { temporaryFolder } from './harness.ts';

test.each([
  ['NFS', 0x6969],
  ['SMB', 0x517b],
  ['SMB', 0xff534d42],
  ['SMB', -0x01acb2be], // 0xfe534d42, as a signed number
  ['9P', 0x01021997],
  ['Ceph', 0x00c36400],
  ['AFS', 0x5346414f],
  [null, 0xef53], // ext4
  [null, 0x01021994], // tmpfs
])('a folder on Linux is told to be on %s by what statfs calls it, %d', (kind, type) => {
  expect(shareOf('/data/clinic', 'linux', () => type)).toBe(kind);
});

test('a folder that is not there yet is judged by the one that it would be made in', () => {
  const asked: string[] = [];
  const kind = shareOf('/mnt/practice/dermaspike/clinic', 'linux', (folder) => {
    asked.push(folder);
    if (folder !== '/mnt/practice') throw new Error('ENOENT');
    return 0xff534d42;
  });
  expect(kind).toBe('SMB');
  expect(asked).toHaveLength(3);
});

test('a disk of which not even the root can be asked is none that is told of', () => {
  const asked: string[] = [];
  const kind = shareOf('/data/clinic', 'linux', (folder) => {
    asked.push(folder);
    throw new Error('EACCES');
  });
  expect(kind).toBeNull();
  expect(asked).toEqual(['/data/clinic', '/data', '/']);
});

test('of a Mac it is not asked', () => {
  expect(shareOf('/Volumes/practice', 'darwin', () => 0x6969)).toBeNull();
});

test.each([
  ['\\\\server\\practice\\Dermaspike', 'SMB'],
  ['//server/practice', 'SMB'],
  ['C:\\Users\\ada\\Dermaspike', null],
  ['\\\\?\\C:\\Users\\ada', null],
])('%s on Windows is on a share: %s', (folder, kind) => {
  expect(shareOf(folder, 'win32')).toBe(kind);
});

test('this computer’s own disk is no share', () => {
  expect(shareOf(temporaryFolder())).toBeNull();
});
