import type { Terminal } from './command.ts';

/** This process's own stdout and stderr. A reader that goes away (`| head`) ends the program. */
export function openTerminal(): Terminal {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? 0 : 1);
    });
  let shown = '';
  const clear = () => {
    if (shown !== '') stderr.write(`\r${' '.repeat(shown.length)}\r`);
    shown = '';
  };
  return {
    out(line) {
      clear();
      stdout.write(`${line}\n`);
    },
    note(line) {
      clear();
      stderr.write(`${line}\n`);
    },
    progress(text) {
      if (!stderr.isTTY) return;
      clear();
      shown = text.slice(0, (stderr.columns ?? 80) - 1);
      stderr.write(shown);
    },
  };
}

/** `[#####-----] 50 %`, then what is given. */
export function progressBar(done: number, total: number, detail: string): string {
  const width = 24;
  const share = total === 0 ? 1 : done / total;
  const filled = Math.round(share * width);
  const bar = '#'.repeat(filled) + '-'.repeat(width - filled);
  return `[${bar}] ${String(Math.floor(share * 100)).padStart(3)} %  ${detail}`;
}
