import type {
  CaseAnswer,
  Checklist,
  FollowUp,
  Lesion,
  Review,
  SecondOpinion,
} from '../clinic/entities/index.ts';
import type { ClinicStore } from '../store/index.ts';
import { StationError } from './errors.ts';

/**
 * What is said of images, as far as a user may see it now: of one that they are blindly asked for a second
 * opinion about, what others said is held back until they have answered.
 */
export class Veil {
  readonly #store: ClinicStore;
  readonly #userId: string;
  readonly #hidden: ReadonlySet<string>;

  constructor({
    store,
    user,
  }: { readonly store: ClinicStore; readonly user: { readonly id: string } }) {
    this.#store = store;
    this.#userId = user.id;
    this.#hidden = store.secondOpinions.hiddenFrom(user.id);
  }

  hides(imageId: string): boolean {
    return this.#hidden.has(imageId);
  }

  /** Newest first. */
  reviews(imageId: string): Review[] {
    const reviews = this.#store.reviews.listByImage(imageId);
    return this.hides(imageId)
      ? reviews.filter(({ reviewerId }) => reviewerId === this.#userId)
      : reviews;
  }

  newestReview(imageId: string): Review | null {
    return this.hides(imageId)
      ? (this.reviews(imageId)[0] ?? null)
      : this.#store.reviews.newestByImage(imageId);
  }

  /** In the order in which they were asked for. */
  opinions(imageId: string): SecondOpinion[] {
    const opinions = this.#store.secondOpinions.listByImage(imageId);
    return this.hides(imageId)
      ? opinions.filter(({ askedOfId }) => askedOfId === this.#userId)
      : opinions;
  }

  /** What colleagues of other clinics answered about a lesion, which speaks of all of its images. */
  colleagueAnswers(lesionId: string): CaseAnswer[] {
    return this.#hidesOf(({ id }) => id === lesionId)
      ? []
      : this.#store.sharedCases.answersOf(lesionId);
  }

  /** What is taken out of the clinic holds everything that is said of these lesions. */
  mayTake(isMeant: (lesion: Lesion) => boolean): boolean {
    return !this.#hidesOf(isMeant);
  }

  /** Throws `not-allowed`. */
  assertMayTake(isMeant: (lesion: Lesion) => boolean): void {
    if (!this.mayTake(isMeant))
      throw new StationError(
        'not-allowed',
        'You are asked for a blind second opinion about one of these images, and this would tell you what others said of it. Nothing was made. Give your opinion or decline it first, or have a colleague do this.',
      );
  }

  checklists(imageId: string): Checklist[] {
    const { checklists } = this.#store;
    return this.hides(imageId)
      ? checklists.listByReader(imageId, this.#userId)
      : checklists.listByImage(imageId);
  }

  /** Without what follows from a review that is held back, which would tell its decision. */
  followUps(all: readonly FollowUp[]): FollowUp[] {
    return all.filter((each) => this.shows(each));
  }

  shows({ reviewId }: FollowUp): boolean {
    if (this.#hidden.size === 0 || reviewId === null) return true;
    const { imageId, reviewerId } = this.#store.reviews.get(reviewId);
    return !this.hides(imageId) || reviewerId === this.#userId;
  }

  #hidesOf(isMeant: (lesion: Lesion) => boolean): boolean {
    const { images, lesions } = this.#store;
    return [...this.#hidden].some((imageId) => isMeant(lesions.get(images.get(imageId).lesionId)));
  }
}
