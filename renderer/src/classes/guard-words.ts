import type { EvaluationGuard } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { countText } from '../wording/counts.ts';

const byNames = { patient: 'patient', camera: 'camera', day: 'day' } as const;

const points = (share: number) => (share * 100).toFixed(1);
const percent = (share: number) => `${Math.round(share * 100)} %`;

/** What to beware of in an evaluation, and what to do about it. */
export function guardText(guard: EvaluationGuard, nameOf: (code: string) => string): string {
  switch (guard.kind) {
    case 'few-lesions':
      return t(
        '{nameOf} was learned from {lesions}; from {least} on, figures begin to mean something. Add examples.',
        {
          nameOf: nameOf(guard.code),
          lesions: countText(guard.lesions, 'lesion'),
          least: guard.least,
        },
      );
    case 'dominated': {
      const told =
        guard.auroc === null
          ? ''
          : t(
              ' The network’s counts tell that camera from others with an AUROC of {auroc}: it may have learned the camera.',
              { auroc: guard.auroc.toFixed(2) },
            );
      return t('{percent} of the examples of {nameOf} are of one {by}. Add others.{told}', {
        percent: percent(guard.share),
        nameOf: nameOf(guard.code),
        by: byNames[guard.by],
        told,
      });
    }
    case 'camera-unmeasured':
      return t(
        'Whether the adaptation to the camera helps was measured on {lesions} of known diagnosis; from {least} on, figures begin to mean something. Add examples of the shipped classes.',
        { lesions: countText(guard.lesions, 'lesion'), least: guard.least },
      );
    case 'conflict':
      return t(
        '{images} stand under two classes and were left out, or share a lesion with another class. Withdraw what is wrong.',
        { images: countText(guard.images.length, 'image') },
      );
    case 'near-duplicates':
      return t(
        '{pairs} of images in different lesions look like the same picture; figures may be too good.',
        { pairs: countText(guard.images.length, 'pair') },
      );
    case 'unfamiliar':
      return t(
        '{examples} of {nameOf} are unlike all images that the network learned from. Check that they show a lesion.',
        { examples: countText(guard.images.length, 'example'), nameOf: nameOf(guard.code) },
      );
    case 'fall':
      return t('{nameOf} is found {points} points less often; the limit is {points2}.', {
        nameOf: nameOf(guard.code),
        points: points(guard.fall),
        points2: points(guard.limit),
      });
  }
}
