export type MeasuringErrorCode =
  /** The outline is no area: too few points, crossing itself, or nothing inside. */
  | 'outline-invalid'
  /** The two ends of a known length are too close together to measure by. */
  | 'clicks-too-close'
  /** A length, an error or a size is none. */
  | 'value-invalid'
  /** The profile is of pictures of another shape, so this one was cut or is of another device. */
  | 'profile-mismatch'
  /** No row of marks repeats itself in the picture. */
  | 'no-ruler';

export class MeasuringError extends Error {
  override readonly name = 'MeasuringError';
  readonly code: MeasuringErrorCode;

  constructor(code: MeasuringErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
