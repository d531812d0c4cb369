/**
 * HEIC, as telephones write it: libheif and libde265 in WebAssembly (`libheif-js`), by libheif's C
 * interface (`heif.h`). Its package is loaded from node_modules, unchanged, when the first such file comes.
 */
import { createRequire } from 'node:module';
import { CodecError } from './codec-error.ts';
import { tiffOf } from './profiled-tiff.ts';

/** Of the module's exports, those used here; pointers and enumerations are numbers. */
interface LibHeif {
  readonly HEAPU8: Uint8Array<ArrayBuffer>;
  _malloc(bytes: number): number;
  _free(at: number): void;
  _heif_context_alloc(): number;
  _heif_context_free(context: number): void;
  _heif_context_read_from_memory_without_copy(
    error: number,
    context: number,
    at: number,
    bytes: number,
    options: number,
  ): void;
  _heif_context_get_primary_image_handle(error: number, context: number, handle: number): void;
  _heif_image_handle_release(handle: number): void;
  _heif_image_handle_get_width(handle: number): number;
  _heif_image_handle_get_height(handle: number): number;
  _heif_image_handle_has_alpha_channel(handle: number): number;
  _heif_image_handle_get_color_profile_type(handle: number): number;
  _heif_image_handle_get_raw_color_profile_size(handle: number): number;
  _heif_image_handle_get_raw_color_profile(error: number, handle: number, to: number): void;
  _heif_image_handle_get_nclx_color_profile(error: number, handle: number, to: number): void;
  _heif_image_handle_get_list_of_metadata_block_IDs(
    handle: number,
    kind: number,
    ids: number,
    count: number,
  ): number;
  _heif_image_handle_get_metadata_size(handle: number, id: number): number;
  _heif_image_handle_get_metadata(error: number, handle: number, id: number, to: number): void;
  _heif_decode_image(
    error: number,
    handle: number,
    image: number,
    colourSpace: number,
    chroma: number,
    options: number,
  ): void;
  _heif_image_release(image: number): void;
  _heif_image_get_plane_readonly(image: number, channel: number, stride: number): number;
}

const colourSpaceRgb = 1;
const chroma = { rgb: 10, rgba: 11 } as const;
const channelInterleaved = 10;
const fourCc = { nclx: 0x6e636c78, prof: 0x70726f66, rICC: 0x72494343 } as const;
/** `heif_error_code` and `heif_suberror_code` of what is sound, but not read here. */
const unsupportedCodes = [3, 4, 11];
const unsupportedSubcodes = [3000, 3001, 3007, 6003];
/** ITU-T H.273: primaries and transfer functions that are those of sRGB, or close to it, or unsaid. */
const plainPrimaries = [1, 2, 5, 6];
const plainTransfers = [1, 2, 6, 13];

let loaded: LibHeif | undefined;

function library(): LibHeif {
  if (!loaded) {
    const require = createRequire(import.meta.url);
    const make = require('libheif-js/libheif-wasm/libheif-bundle.js') as () => LibHeif;
    loaded = make();
  }
  return loaded;
}

export interface HeicFile {
  readonly widthPx: number;
  readonly heightPx: number;
  /** A TIFF structure. */
  readonly exif: Uint8Array | undefined;
  /** As a TIFF, upright: what the file says of turning and mirroring is carried out. */
  decode(): Uint8Array;
}

/**
 * Reads the header of the file's primary picture and gives it to `work`, for as long as that takes. Throws
 * `CodecError`.
 */
export function withHeic<T>(bytes: Uint8Array, work: (file: HeicFile) => T): T {
  const heif = library();
  const scratch = heif._malloc(16);
  const input = heif._malloc(bytes.length);
  const context = heif._heif_context_alloc();
  let handle = 0;
  try {
    const c = new Calls(heif, scratch);
    heif.HEAPU8.set(bytes, input);
    c.check((error) =>
      heif._heif_context_read_from_memory_without_copy(error, context, input, bytes.length, 0),
    );
    handle = c.made((error, to) => heif._heif_context_get_primary_image_handle(error, context, to));
    return work({
      widthPx: heif._heif_image_handle_get_width(handle),
      heightPx: heif._heif_image_handle_get_height(handle),
      exif: c.exif(handle),
      decode: () => c.decode(handle),
    });
  } catch (error) {
    if (!(error instanceof Error && error.name === 'RuntimeError')) throw error;
    // It trapped: its memory is not to be relied on for the next file.
    loaded = undefined;
    throw new CodecError('damaged', error.message);
  } finally {
    if (loaded) {
      if (handle !== 0) heif._heif_image_handle_release(handle);
      heif._heif_context_free(context);
      heif._free(input);
      heif._free(scratch);
    }
  }
}

/** The C interface's manners: errors as structures, results through pointers. */
class Calls {
  readonly #heif: LibHeif;
  /** A `heif_error` of 12 bytes, and behind it a pointer or a number. */
  readonly #error: number;
  readonly #result: number;

  constructor(heif: LibHeif, scratch: number) {
    this.#heif = heif;
    this.#error = scratch;
    this.#result = scratch + 12;
  }

  check(call: (error: number) => void): void {
    call(this.#error);
    const code = this.#int(this.#error);
    if (code === 0) return;
    const subcode = this.#int(this.#error + 4);
    const isUnsupported = unsupportedCodes.includes(code) || unsupportedSubcodes.includes(subcode);
    throw new CodecError(
      isUnsupported ? 'unsupported' : 'damaged',
      `libheif says ${code}.${subcode}.`,
    );
  }

  made(call: (error: number, to: number) => void): number {
    this.check((error) => call(error, this.#result));
    return this.#int(this.#result);
  }

  exif(handle: number): Uint8Array | undefined {
    const kind = this.#text('Exif');
    try {
      const found = this.#heif._heif_image_handle_get_list_of_metadata_block_IDs(
        handle,
        kind,
        this.#result,
        1,
      );
      if (found < 1) return undefined;
    } finally {
      this.#heif._free(kind);
    }
    const id = this.#int(this.#result);
    const size = this.#heif._heif_image_handle_get_metadata_size(handle, id);
    const block = this.#bytes(size, (error, to) =>
      this.#heif._heif_image_handle_get_metadata(error, handle, id, to),
    );
    // Before it stands where in it the TIFF structure begins (ISO/IEC 23008-12, A.2.1).
    if (size < 4) return undefined;
    const offset = new DataView(block.buffer).getUint32(0);
    return block.subarray(Math.min(size, 4 + offset));
  }

  decode(handle: number): Uint8Array {
    const heif = this.#heif;
    const profile = this.#profile(handle);
    const hasAlpha = heif._heif_image_handle_has_alpha_channel(handle) !== 0;
    const channels = hasAlpha ? 4 : 3;
    const image = this.made((error, to) =>
      heif._heif_decode_image(
        error,
        handle,
        to,
        colourSpaceRgb,
        hasAlpha ? chroma.rgba : chroma.rgb,
        0,
      ),
    );
    try {
      const widthPx = heif._heif_image_handle_get_width(handle);
      const heightPx = heif._heif_image_handle_get_height(handle);
      const plane = heif._heif_image_get_plane_readonly(image, channelInterleaved, this.#result);
      const stride = this.#int(this.#result);
      const rowBytes = widthPx * channels;
      if (plane === 0 || stride < rowBytes)
        throw new CodecError('damaged', 'libheif gave no picture.');
      return tiffOf({ widthPx, heightPx, channels, profile }, (pixels) => {
        for (let y = 0; y < heightPx; y++) {
          const at = plane + y * stride;
          pixels.set(heif.HEAPU8.subarray(at, at + rowBytes), y * rowBytes);
        }
      });
    } finally {
      heif._heif_image_release(image);
    }
  }

  /** Throws `CodecError` where the colours are said to be of another kind than is read here. */
  #profile(handle: number): Uint8Array | undefined {
    const heif = this.#heif;
    const kind = heif._heif_image_handle_get_color_profile_type(handle);
    if (kind === fourCc.prof || kind === fourCc.rICC)
      return this.#bytes(heif._heif_image_handle_get_raw_color_profile_size(handle), (error, to) =>
        heif._heif_image_handle_get_raw_color_profile(error, handle, to),
      );
    if (kind !== fourCc.nclx) return undefined;
    const nclx = this.made((error, to) =>
      heif._heif_image_handle_get_nclx_color_profile(error, handle, to),
    );
    const [primaries, transfer] = [this.#int(nclx + 4), this.#int(nclx + 8)];
    heif._free(nclx);
    if (!plainPrimaries.includes(primaries) || !plainTransfers.includes(transfer))
      throw new CodecError('unsupported', `Its colours are H.273's ${primaries}/${transfer}.`);
    return undefined;
  }

  #bytes(size: number, fill: (error: number, to: number) => void): Uint8Array<ArrayBuffer> {
    const at = this.#heif._malloc(Math.max(size, 1));
    try {
      this.check((error) => fill(error, at));
      return this.#heif.HEAPU8.slice(at, at + size);
    } finally {
      this.#heif._free(at);
    }
  }

  #text(text: string): number {
    const at = this.#heif._malloc(text.length + 1);
    this.#heif.HEAPU8.set([...new TextEncoder().encode(text), 0], at);
    return at;
  }

  #int(at: number): number {
    return new DataView(this.#heif.HEAPU8.buffer).getInt32(at, true);
  }
}
