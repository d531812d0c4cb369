import type { EvaluationGuard } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { countText } from '../wording/counts.ts';
import { fixedText } from '../wording/numbers.ts';

const points = (share: number) => fixedText(share * 100, 1);
const percent = (share: number) => `${Math.round(share * 100)} %`;

/** What to beware of in an evaluation, and what to do about it. */
export function guardText(guard: EvaluationGuard, nameOf: (code: string) => string): string {
  switch (guard.kind) {
    case 'few-lesions':
      return t(
        '{name} was learned from {lesions}; from {least} on, figures begin to mean something. Add examples.',
        {
          name: nameOf(guard.code),
          lesions: countText(guard.lesions, 'lesion'),
          least: guard.least,
        },
      );
    case 'dominated': {
      const text = t(
        '{percent} of the examples of {name} are of one {by, select, patient {patient} camera {camera} other {day}}. Add others.',
        { percent: percent(guard.share), name: nameOf(guard.code), by: guard.by },
      );
      if (guard.auroc === null) return text;
      const camera = t(
        'The network’s counts tell that camera from others with an AUROC of {auroc}: it may have learned the camera.',
        { auroc: fixedText(guard.auroc, 2) },
      );
      return `${text} ${camera}`;
    }
    case 'camera-unmeasured':
      return t(
        'Whether the adaptation to the camera helps was measured on {lesions} of known diagnosis; from {least} on, figures begin to mean something. Add examples of the shipped classes.',
        { lesions: countText(guard.lesions, 'lesion'), least: guard.least },
      );
    case 'conflict':
      return t(
        '{count, plural, one {# image} other {# images}} stand under two classes and were left out, or share a lesion with another class. Withdraw what is wrong.',
        { count: guard.images.length },
      );
    case 'near-duplicates':
      return t(
        '{count, plural, one {# pair} other {# pairs}} of images in different lesions look like the same picture; figures may be too good.',
        { count: guard.images.length },
      );
    case 'unfamiliar':
      return t(
        '{count, plural, one {# example} other {# examples}} of {name} are unlike all images that the network learned from. Check that they show a lesion.',
        { count: guard.images.length, name: nameOf(guard.code) },
      );
    case 'fall':
      return t('{name} is found {fall} points less often; the limit is {limit}.', {
        name: nameOf(guard.code),
        fall: points(guard.fall),
        limit: points(guard.limit),
      });
  }
}
