import type { StationInput } from '../../renderer/src/station/connection.ts';
import { type GivenOpinion, opinionsOf } from '../../src/clinic/agreement.ts';
import { daysAfter, localDay } from '../../src/clinic/entities/days.ts';
import {
  type FollowUp,
  type FollowUpDue,
  type FollowUpKind,
  followUpDue,
  histologyDetails,
  type Review,
  soonDays,
} from '../../src/clinic/entities/index.ts';
import { qualityOf, type VerifiedLesion } from '../../src/clinic/quality.ts';
import type { Clinic } from './fake-clinic.ts';
import { fail } from './fake-errors.ts';
import { pageOf } from './fake-lists.ts';
import { fakeId, hoursAgo } from './fake-records.ts';

const kinds: Record<Review['decision'], FollowUpKind | null> = {
  'no-action': null,
  monitor: 'monitor',
  biopsy: 'biopsy',
  excise: 'excision',
  refer: 'referral',
};
const today = () => localDay(new Date());

function planned(lesionId: string, kind: FollowUpKind, dueOn: string | null): FollowUp {
  return {
    id: fakeId(),
    lesionId,
    kind,
    dueOn,
    reviewId: null,
    plannedByName: 'Dr Edda Winter',
    plannedAt: hoursAgo(2000),
    reminders: 0,
    remindedAt: null,
    ended: null,
  };
}

/** One overdue, one pending, one far away, one without a date; and what was found of two lesions. */
export function fillFollowUps(clinic: Clinic): void {
  const [a, b, c, , e, f] = clinic.lesions;
  const [user] = clinic.users;
  if (!a || !b || !c || !e || !f || !user) return;
  const day = (days: number) => daysAfter(today(), days);
  clinic.followUps.push(
    planned(a.id, 'monitor', day(-12)),
    planned(b.id, 'biopsy', day(5)),
    { ...planned(e.id, 'monitor', day(200)), reminders: 2, remindedAt: hoursAgo(50) },
    planned(f.id, 'referral', null),
  );
  const found = histologyDetails.parse({
    takenOn: day(-400),
    number: 'H 4711/25',
    diagnosis: 'melanoma',
    breslowMm: 0.6,
    text: 'Superficial spreading melanoma, margins clear by 5 mm.',
  });
  clinic.histology.push({
    ...found,
    id: fakeId(),
    lesionId: c.id,
    enteredByName: user.name,
    enteredAt: hoursAgo(9000),
  });
}

/** As the store does, without the finer points. */
export function followDecision(clinic: Clinic, { imageId, decision, dueOn }: Review): void {
  const { lesionId } = clinic.image(imageId).stored;
  const kind = kinds[decision];
  for (const open of clinic.followUps)
    if (open.lesionId === lesionId && open.kind === kind) end(open, 'replaced', '');
  if (kind) clinic.followUps.push(planned(lesionId, kind, dueOn));
}

function end(followUp: FollowUp, how: NonNullable<FollowUp['ended']>['how'], note: string): void {
  Object.assign(followUp, {
    ended: { at: new Date().toISOString(), how, byName: 'Dr Edda Winter', note },
  });
}

export function fakeFollowUps(clinic: Clinic, changed: (...topics: string[]) => void) {
  const find = (id: string) =>
    clinic.followUps.find((each) => each.id === id) ??
    fail('not-found', 'There is no such follow-up.');
  const change = (id: string, part: Partial<FollowUp>) => {
    const found = Object.assign(find(id), part);
    changed('followUps');
    return found;
  };
  return {
    'followUps.page': (asked: StationInput<'followUps.page'>) =>
      pageOf(
        open(clinic, asked).map((followUp) => {
          const lesion = clinic.lesion(followUp.lesionId);
          const images = clinic.images.filter(
            ({ stored }) => stored.lesionId === lesion.id && stored.removedAt === null,
          );
          const newest = images.at(-1);
          return {
            followUp,
            lesion,
            patient: clinic.patient(lesion.patientId),
            newest: newest ? clinic.entry(newest) : null,
            hasCome: newest !== undefined && newest.reviews.length === 0,
          };
        }),
        asked.after ?? null,
        asked.limit,
      ),
    'followUps.counts': (asked: StationInput<'followUps.counts'>) => {
      const all = open(clinic, asked);
      return Object.fromEntries(
        followUpDue.options.map((due) => [due, all.filter((each) => dueOf(each) === due).length]),
      ) as Record<FollowUpDue, number>;
    },
    'followUps.plan': ({ lesionId, kind, dueOn }: StationInput<'followUps.plan'>) => {
      const added = planned(lesionId, kind, dueOn);
      clinic.followUps.push(added);
      changed('followUps');
      return added;
    },
    'followUps.reschedule': ({ followUpId, dueOn }: StationInput<'followUps.reschedule'>) =>
      change(followUpId, { dueOn }),
    'followUps.remind': ({ followUpId }: StationInput<'followUps.remind'>) =>
      change(followUpId, {
        reminders: find(followUpId).reminders + 1,
        remindedAt: new Date().toISOString(),
      }),
    'followUps.end': ({ followUpId, note }: StationInput<'followUps.end'>) => {
      end(find(followUpId), 'by-hand', note ?? '');
      return change(followUpId, {});
    },
    'followUps.resume': ({ followUpId }: StationInput<'followUps.resume'>) =>
      change(followUpId, { ended: null }),
    'histology.add': ({ lesionId, details, isExcised }: StationInput<'histology.add'>) => {
      const added = {
        ...histologyDetails.parse(details),
        id: fakeId(),
        lesionId,
        enteredByName: 'Dr Edda Winter',
        enteredAt: new Date().toISOString(),
      };
      clinic.histology.push(added);
      for (const each of clinic.followUps)
        if (each.lesionId === lesionId && each.kind !== 'monitor') end(each, 'histology', '');
      if (isExcised) clinic.lesion(lesionId).closure = { on: added.takenOn, reason: 'excised' };
      changed('lesions', 'followUps');
      return added;
    },
    'histology.correct': ({ histologyId, details }: StationInput<'histology.correct'>) => {
      const found = clinic.histology.find(({ id }) => id === histologyId);
      if (!found) return fail('not-found', 'There is no such finding.');
      Object.assign(found, histologyDetails.parse(details));
      changed('lesions');
      return found;
    },
    'histology.withdraw': ({ histologyId }: StationInput<'histology.withdraw'>) => {
      const at = clinic.histology.findIndex(({ id }) => id === histologyId);
      const [found] = at < 0 ? [] : clinic.histology.splice(at, 1);
      changed('lesions');
      return found ?? fail('not-found', 'There is no such finding.');
    },
    'quality.get': () => ({
      ...qualityOf(clinic.histology.length > 0 ? verifiedLesions : []),
      opinions: opinionsOf(clinic.histology.length > 0 ? givenOpinions : []),
    }),
  };
}

function open(
  clinic: Clinic,
  { due = [], kinds: asked = [], text = '' }: Partial<StationInput<'followUps.page'>>,
): FollowUp[] {
  return clinic.followUps
    .filter(({ ended }) => ended === null)
    .filter((each) => due.length === 0 || due.includes(dueOf(each)))
    .filter(({ kind }) => asked.length === 0 || asked.includes(kind))
    .filter(({ lesionId }) => {
      const { familyName, givenName } = clinic.patient(clinic.lesion(lesionId).patientId);
      return `${familyName} ${givenName}`.toLowerCase().includes(text.trim().toLowerCase());
    })
    .toSorted((a, b) => ((a.dueOn ?? '9') < (b.dueOn ?? '9') ? -1 : 1));
}

function dueOf({ dueOn }: FollowUp): FollowUpDue {
  if (dueOn === null) return 'undated';
  if (dueOn < today()) return 'overdue';
  return dueOn <= daysAfter(today(), soonDays) ? 'soon' : 'later';
}

/** Made up: some right, some wrong, over three years. */
const verifiedLesions: readonly VerifiedLesion[] = Array.from({ length: 60 }, (_, index) => {
  const isMalignant = index % 3 === 0;
  const isFound = index % 7 !== 0;
  return {
    takenOn: `${2024 + (index % 3)}-0${1 + (index % 9)}-15`,
    diagnosis: isMalignant ? (index % 2 ? 'bcc' : 'melanoma') : 'naevus',
    image:
      index % 20 === 19
        ? null
        : {
            verdict: {
              kind: isMalignant === isFound ? 'suspicious' : index % 5 ? 'no-sign' : 'unclear',
              malignancy: isMalignant === isFound ? 0.3 + (index % 6) / 10 : (index % 4) / 15,
            },
            reviews: [
              {
                readerName: index % 2 ? 'Dr Edda Winter' : 'Dr Tomas Lindqvist',
                isSuspicious: index % 11 === 0 ? null : isMalignant === (index % 9 !== 0),
              },
            ],
          },
  };
});

/** Made up: two who agree on most. */
const givenOpinions: readonly GivenOpinion[] = Array.from({ length: 40 }, (_, index) => {
  const naevus = { impression: 'nv', decision: 'monitor', isSuspicious: false };
  const melanoma = { impression: 'mel', decision: 'excise', isSuspicious: true };
  const first = index % 3 === 0 ? melanoma : naevus;
  const second = index % 8 === 0 ? (index % 3 === 0 ? naevus : melanoma) : first;
  const consensus = index % 16 === 0 && index > 0 ? second : null;
  return { isBlind: index % 10 !== 9, first, second, consensus };
});
