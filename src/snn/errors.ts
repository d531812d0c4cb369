/** What went wrong, for callers and tests to match on. The message says it to a person. */
export type SnnErrorCode =
  /** The bytes are not a well-formed file of their kind: truncated, bad lengths, bad text. */
  | 'file-malformed'
  /** The file, or a tensor that it would make, exceeds a limit of this program. */
  | 'file-too-large'
  /** A format or operator set version that this program does not know. */
  | 'version-unsupported'
  /** An operator, attribute, data type or geometry that this program does not run. */
  | 'operator-unsupported'
  /** A known operator's function body is not the arithmetic that its name stands for. */
  | 'body-unexpected'
  /** The graph is broken: a cycle, a missing or doubly produced tensor, no spike layer. */
  | 'graph-invalid'
  /** Shapes that do not fit together, or contradict what the file declares. */
  | 'shape-invalid'
  /** A weight, scale, shift or padding value outside its range. */
  | 'value-invalid'
  /** A membrane potential could leave the signed 32-bit range. */
  | 'accumulator-overflow'
  /** The image given to an engine has the wrong number of bytes. */
  | 'image-invalid'
  /** head.json, or the spike counts given to it, are not acceptable. */
  | 'head-invalid'
  /** age.json is not acceptable, or it was made for another head. */
  | 'age-invalid'
  /** Statistics of a class are not acceptable, or images are taken away that were not in them. */
  | 'statistics-invalid'
  /** The document of a learned head is not acceptable, or it stands on another network or head. */
  | 'learned-head-invalid'
  /** What is to be learned makes no sense: a class that exists, a parent that does not, no example. */
  | 'learning-refused';

/** The only exception that `src/snn` throws on purpose. */
export class SnnError extends Error {
  override readonly name = 'SnnError';
  readonly code: SnnErrorCode;

  constructor(code: SnnErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
