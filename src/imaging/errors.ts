export const imagingErrorCodes = [
  'empty-file',
  'not-an-image',
  'damaged-image',
  'unsupported-format',
  'image-too-large',
  'decode-timeout',
  'decode-memory',
  'decoder-crashed',
] as const;
export type ImagingErrorCode = (typeof imagingErrorCodes)[number];

/** A file that cannot become an image. The message names the file, the reason and what to do. */
export class ImagingError extends Error {
  override readonly name = 'ImagingError';
  readonly code: ImagingErrorCode;
  constructor(code: ImagingErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
