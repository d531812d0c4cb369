/** The word PHANTOM for a picture's corner, from a 5 × 7 font drawn for it. */
const glyphs = {
  P: ['####.', '#...#', '#...#', '####.', '#....', '#....', '#....'],
  H: ['#...#', '#...#', '#...#', '#####', '#...#', '#...#', '#...#'],
  A: ['.###.', '#...#', '#...#', '#####', '#...#', '#...#', '#...#'],
  N: ['#...#', '##..#', '##..#', '#.#.#', '#..##', '#..##', '#...#'],
  T: ['#####', '..#..', '..#..', '..#..', '..#..', '..#..', '..#..'],
  O: ['.###.', '#...#', '#...#', '#...#', '#...#', '#...#', '.###.'],
  M: ['#...#', '##.##', '#.#.#', '#.#.#', '#...#', '#...#', '#...#'],
} as const;
const word = ['P', 'H', 'A', 'N', 'T', 'O', 'M'] as const;

const advance = 6;
const wordWidth = word.length * advance - 1;
const wordHeight = 7;

/** The narrowest picture that the stamp fits into. */
export const minStampedSidePx = wordWidth + 8;

/** Writes the stamp, white on a darkened strip, into the lower right corner. */
export function stamp(pixels: Uint8Array, width: number, height: number): void {
  const scale = Math.max(1, Math.floor(Math.min(width, height) / 220));
  const margin = 2 * scale;
  const left = width - margin - (wordWidth + 4) * scale;
  const top = height - margin - (wordHeight + 4) * scale;
  const put = (x: number, y: number, change: (value: number) => number) => {
    for (let channel = 0; channel < 3; channel++) {
      const at = (y * width + x) * 3 + channel;
      pixels[at] = change(pixels[at] ?? 0);
    }
  };
  for (let y = 0; y < (wordHeight + 4) * scale; y++) {
    for (let x = 0; x < (wordWidth + 4) * scale; x++) {
      const isInk = inked(Math.floor(x / scale) - 2, Math.floor(y / scale) - 2);
      put(left + x, top + y, (value) => (isInk ? 245 : 0.45 * value));
    }
  }
}

function inked(x: number, y: number): boolean {
  const letter = word[Math.floor(x / advance)];
  return letter !== undefined && glyphs[letter][y]?.[x % advance] === '#';
}
