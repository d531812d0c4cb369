// The program's icons, drawn from the mark of the user interface: PNGs for Linux, an .ico for Windows,
// an .icns for macOS.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { projectRoot } from '../project.mjs';

export const linuxSizes = [16, 32, 48, 64, 128, 256, 512];
const windowsSizes = [16, 32, 48, 256];
/** Types of PNG entries by their edge in pixels (Apple's Icon Image format). */
const appleTypes = { 128: 'ic07', 256: 'ic08', 512: 'ic09', 1024: 'ic10' };

/** Writes `icon.ico`, `icon.icns` and `icons/<size>x<size>.png` into `folder`. */
export async function drawIcons(/** @type {string} */ folder) {
  const mark = await readFile(path.join(projectRoot, 'renderer/src/ui/mark.svg'));
  const draw = (/** @type {number} */ size) =>
    sharp(mark, { density: (72 * size) / 32 })
      .resize(size, size)
      .png({ compressionLevel: 9 })
      .toBuffer();
  await mkdir(path.join(folder, 'icons'), { recursive: true });
  for (const size of linuxSizes)
    await writeFile(path.join(folder, 'icons', `${size}x${size}.png`), await draw(size));
  await writeFile(
    path.join(folder, 'icon.ico'),
    windowsIcon(await Promise.all(windowsSizes.map(async (size) => [size, await draw(size)]))),
  );
  await writeFile(
    path.join(folder, 'icon.icns'),
    appleIcon(
      await Promise.all(
        Object.entries(appleTypes).map(async ([size, type]) => [type, await draw(Number(size))]),
      ),
    ),
  );
}

/** An .ico of PNG images: a header, an entry of 16 bytes each, the images. */
function windowsIcon(/** @type {[number, Buffer][]} */ images) {
  const head = Buffer.alloc(6 + 16 * images.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  for (const [index, [size, png]] of images.entries()) {
    const at = 6 + 16 * index;
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(png.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += png.length;
  }
  return Buffer.concat([head, ...images.map(([, png]) => png)]);
}

/** An .icns: a header, then each image with its type and length, big-endian. */
function appleIcon(/** @type {[string, Buffer][]} */ images) {
  const entries = images.map(([type, png]) => {
    const head = Buffer.from(`${type}....`, 'latin1');
    head.writeUInt32BE(8 + png.length, 4);
    return Buffer.concat([head, png]);
  });
  const body = Buffer.concat(entries);
  const head = Buffer.from('icns....', 'latin1');
  head.writeUInt32BE(8 + body.length, 4);
  return Buffer.concat([head, body]);
}
