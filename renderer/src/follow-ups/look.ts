import type { FollowUpDue, FollowUpKind } from '../../../src/clinic/entities/index.ts';
import { Kept } from '../lists/kept.ts';
import { newPlace } from '../lists/use-place.ts';

/** How the list is looked at, until the clinic is locked. */
export interface FollowUpLook {
  readonly text: string;
  readonly due: FollowUpDue[];
  readonly kinds: FollowUpKind[];
}

export const everything: FollowUpLook = { text: '', due: [], kinds: [] };
export const followUpLook = new Kept<FollowUpLook>(everything);
export const followUpPlace = newPlace('follow-ups');
