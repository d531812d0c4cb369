import { openTiff, tag } from './tiff.ts';

/** The few EXIF tags that the product keeps, and nothing else. */
export interface CaptureDetails {
  /** DateTimeOriginal as the camera wrote it: `YYYY-MM-DDTHH:MM:SS`. */
  readonly capturedAt: string | null;
  /** Make and model, printable characters only. */
  readonly device: string | null;
}

const maxDeviceLength = 80;

/** `block` is a TIFF structure, with or without a leading `Exif\0\0`. */
export function readCaptureDetails(block: Uint8Array): CaptureDetails {
  const tiff = openTiff(block);
  const main = tiff?.directory(tiff.firstDirectory);
  if (!tiff || !main) return { capturedAt: null, device: null };
  const exifOffset = main.integer(tag.exifDirectory);
  const exif = exifOffset === null ? null : tiff.directory(exifOffset);
  return {
    capturedAt: captureTime(exif?.text(tag.dateTimeOriginal) ?? null),
    device: deviceName(main.text(tag.make), main.text(tag.model)),
  };
}

function captureTime(written: string | null): string | null {
  const match = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)/.exec(written ?? '');
  if (!match) return null;
  const [, year, month, day, hour, minute, second] = match;
  const iso = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const date = new Date(`${iso}Z`);
  const isReal = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso);
  return isReal && date.getUTCFullYear() > 1900 ? iso : null;
}

function deviceName(make: string | null, model: string | null): string | null {
  const maker = printable(make);
  const type = printable(model);
  const isRepeated = type.toLowerCase().startsWith(maker.toLowerCase());
  const name = isRepeated ? type : `${maker} ${type}`.trim();
  return name === '' ? null : name.slice(0, maxDeviceLength).trim();
}

/** Letters, digits and plain punctuation; anything else becomes a space. */
function printable(text: string | null): string {
  return (text ?? '')
    .replace(/[^\p{L}\p{N} .,:;()/+&_-]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
