// A file is one idea: none over 600 lines.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from './project.mjs';

const limit = 600;
const tracked = execFileSync(
  'git',
  ['ls-files', '*.ts', '*.tsx', '*.mjs', '*.py', '*.css', '*.sql'],
  {
    cwd: projectRoot,
    encoding: 'utf8',
  },
);
const tooLong = tracked
  .split('\n')
  .filter((file) => file !== '' && existsSync(path.join(projectRoot, file)))
  .map((file) => ({
    file,
    lines: readFileSync(path.join(projectRoot, file), 'utf8').split('\n').length - 1,
  }))
  .filter(({ lines }) => lines > limit);
for (const { file, lines } of tooLong)
  process.stderr.write(`${file}: ${lines} lines; the limit is ${limit}\n`);
process.exit(tooLong.length > 0 ? 1 : 0);
