/** What one of the codecs in WebAssembly says against a file. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
  readonly code: 'damaged' | 'unsupported';
  constructor(code: 'damaged' | 'unsupported', message: string) {
    super(message);
    this.code = code;
  }
}
