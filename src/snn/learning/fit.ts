/** What was learned of some classes side by side: spike counts → one raw score a class. */
export interface Fit {
  score(counts: Int32Array): Float64Array;
  /** Works out at once what is needed of images that are left out lesion by lesion; makes no difference. */
  prepare?(images: readonly Int32Array[]): void;
  /**
   * The scores that learned images of one class would have, had they not been among those learned;
   * all of them are left out together, as the images of a lesion must be.
   */
  withoutThem(images: readonly Int32Array[], target: number): Float64Array[];
  /**
   * The same, on average, for an image that stands for the learned ones of a class: by a correction
   * that is found on some of them.
   */
  asIfUnseen(target: number, samples: readonly Int32Array[]): (counts: Int32Array) => Float64Array;
}
