import type { Checklist, FollowUp, Review } from '../../clinic/entities/index.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { Session } from '../session.ts';

/**
 * What is said of images, as far as a user may see it now: of one that they are blindly asked for a second
 * opinion about, what others said is held back until they have answered.
 */
export class Veil {
  readonly #store: ClinicStore;
  readonly #userId: string;
  readonly #hidden: ReadonlySet<string>;

  constructor({ store, user }: Pick<Session, 'store' | 'user'>) {
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

  checklists(imageId: string): Checklist[] {
    const { checklists } = this.#store;
    return this.hides(imageId)
      ? checklists.listByReader(imageId, this.#userId)
      : checklists.listByImage(imageId);
  }

  /** Without what follows from a review that is held back, which would tell its decision. */
  followUps(all: readonly FollowUp[]): FollowUp[] {
    return this.#hidden.size === 0 ? [...all] : all.filter((each) => this.shows(each));
  }

  shows({ reviewId }: FollowUp): boolean {
    if (this.#hidden.size === 0 || reviewId === null) return true;
    const { imageId, reviewerId } = this.#store.reviews.get(reviewId);
    return !this.hides(imageId) || reviewerId === this.#userId;
  }
}
