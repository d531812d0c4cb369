/**
 * JPEG files whose last two bytes, the end-of-image marker, some programs leave out. libjpeg cannot
 * tell them from files that were cut short; their scans do (ITU-T T.81 Annexes B and G).
 */
const marker = { restart: [0xd0, 0xd7], endOfImage: 0xd9, startOfScan: 0xda } as const;
const coefficients = 64;

/** The file with the marker that it lacks; as it came when it has one, or when scans are missing. */
export function withEndOfImage(file: Uint8Array): Uint8Array {
  const scans = completeScans(file);
  if (!scans) return file;
  const whole = new Uint8Array(file.length + 2);
  whole.set(file);
  whole.set([0xff, marker.endOfImage], file.length);
  return whole;
}

/**
 * True when the file has no end-of-image marker although every coefficient of every component was
 * begun with its last bit. Whether the last scan is whole, its decoder tells.
 */
function completeScans(file: Uint8Array): boolean {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  /** By component: the bits that are still missing of each coefficient. */
  const missing = new Map<number, Uint8Array>();
  let at = 2;
  while (at + 4 <= file.length) {
    if (file[at] !== 0xff) return false;
    const type = file[at + 1] ?? 0;
    if (type === 0xff) {
      at += 1;
      continue;
    }
    if (type === marker.endOfImage) return false;
    const end = at + 2 + view.getUint16(at + 2);
    if (end > file.length) return false;
    const segment = file.subarray(at + 4, end);
    if (isFrame(type)) {
      for (let each = 6; each < segment.length; each += 3)
        missing.set(segment[each] ?? 0, new Uint8Array(coefficients).fill(255));
    }
    at = type === marker.startOfScan ? endOfScan(file, end) : end;
    if (type === marker.startOfScan) noteScan(segment, missing);
  }
  if (file[at] === 0xff && file[at + 1] === marker.endOfImage) return false;
  return (
    missing.size > 0 && [...missing.values()].every((bits) => bits.every((left) => left === 0))
  );
}

/** SOF0 to SOF15, without the tables (DHT, JPG, DAC) that stand among them. */
function isFrame(type: number): boolean {
  return type >= 0xc0 && type <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(type);
}

function noteScan(segment: Uint8Array, missing: Map<number, Uint8Array>): void {
  const count = segment[0] ?? 0;
  const [first = 0, last = 0, bits = 0] = segment.subarray(1 + 2 * count);
  for (let each = 0; each < count; each++)
    missing.get(segment[1 + 2 * each] ?? 0)?.fill(bits & 15, first, last + 1);
}

/** The next marker after a scan's data, in which 0xFF stands before 0 or a restart marker only. */
function endOfScan(file: Uint8Array, from: number): number {
  for (let at = file.indexOf(0xff, from); at >= 0; at = file.indexOf(0xff, at + 1)) {
    const next = file[at + 1] ?? 0;
    const [first, last] = marker.restart;
    if (next !== 0 && next !== 0xff && (next < first || next > last)) return at;
  }
  return file.length;
}
