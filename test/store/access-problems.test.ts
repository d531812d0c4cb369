import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { accessProblem } from '../../src/store/access.ts';
import { temporaryFolder } from './harness.ts';

describe('what the file system says', () => {
  const failed = (code: unknown, more: object) =>
    Object.assign(new Error('failed'), { code, ...more });

  test.each([
    ['EROFS', 'The disk that holds FILE may only be read.'],
    ['EIO', 'The disk failed at FILE.'],
    ['ENOTDIR', 'a folder where a file should be, at FILE.'],
    ['EISDIR', 'a folder where a file should be, at FILE.'],
    ['EEXIST', 'a folder where a file should be, at FILE.'],
  ])('by %s is told with the whole path of the file', (code, told) => {
    const file = path.join(temporaryFolder(), 'clinic.db');
    const problem = accessProblem(failed(code, { path: path.relative(process.cwd(), file) }));
    expect(problem).toContain(told.replace('FILE', file));
  });

  test.each(['ENOENT', 'ELOOP', 'EMFILE'])(
    'by %s of a file that no link leads to is nothing that is in the way',
    (code) => {
      const file = path.join(temporaryFolder(), 'clinic.db');
      expect(accessProblem(failed(code, { path: file }))).toBeUndefined();
    },
  );

  test('names the uppermost link to nowhere, and where it leads', () => {
    const folder = temporaryFolder();
    const link = path.join(folder, 'clinic');
    symlinkSync('/not/there', link);
    for (const code of ['ENOENT', 'ELOOP', 'ENOTDIR', 'EISDIR', 'EEXIST'])
      for (const file of [link, path.join(link, 'clinic.db')])
        expect(accessProblem(failed(code, { path: file }))).toContain(
          `${link} is a link to /not/there, which is not there.`,
        );
    const sound = path.join(folder, 'sound');
    symlinkSync(folder, sound);
    expect(accessProblem(failed('ENOENT', { path: path.join(sound, 'x') }))).toBeUndefined();
  });

  test.each([
    ['no error', { code: 'EIO', path: '/data' }],
    ['no code', Object.assign(new Error('EIO'), { path: '/data' })],
    ['no path', failed('EIO', {})],
    ['a path that is no text', failed('EIO', { path: 5 })],
    ['nothing', undefined],
  ])('with %s is not told of', (_, error) => {
    expect(accessProblem(error)).toBeUndefined();
  });
});
