import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';

const pieceBytes = 2 ** 20;

/** Which of `words` stand in a process's memory, which only root reads of a guarded one, as JavaScript or a wire may have them: one or two bytes a sign. */
export function wordsInMemory(pid: number, words: readonly string[]): string[] {
  const patterns = words.map((word) => ({
    word,
    forms: [Buffer.from(word, 'utf8'), Buffer.from(word, 'latin1'), Buffer.from(word, 'utf16le')],
  }));
  const longest = Math.max(...patterns.flatMap(({ forms }) => forms.map(({ length }) => length)));
  const found = new Set<string>();
  const descriptor = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const { from, to } of writtenRegions(pid)) {
      const buffer = Buffer.alloc(pieceBytes);
      for (let at = from; at < to; at += pieceBytes - longest) {
        const length = readRegion(descriptor, buffer, at, Math.min(pieceBytes, to - at));
        const piece = buffer.subarray(0, length);
        for (const { word, forms } of patterns)
          if (!found.has(word) && forms.some((form) => piece.includes(form))) found.add(word);
      }
    }
  } finally {
    closeSync(descriptor);
  }
  return words.filter((word) => found.has(word));
}

/** The processes that one has started, and these in turn. */
export function descendants(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
      .split(' ')
      .filter(Boolean)
      .map(Number),
  );
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function writtenRegions(pid: number): { from: number; to: number }[] {
  return readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .filter((line) => /^[\da-f]+-[\da-f]+ rw/.test(line))
    .map((line) => {
      const [from = '', to = ''] = (line.split(' ', 1)[0] ?? '').split('-');
      return { from: Number.parseInt(from, 16), to: Number.parseInt(to, 16) };
    });
}

/** A region may have gone meanwhile, or never have been touched. */
function readRegion(descriptor: number, buffer: Buffer, at: number, length: number): number {
  try {
    return readSync(descriptor, buffer, 0, length, at);
  } catch {
    return 0;
  }
}
