import type { EvaluationGuard } from '../../../src/clinic/entities/index.ts';
import { countText } from '../wording/counts.ts';

const byNames = { patient: 'patient', camera: 'camera', day: 'day' } as const;

const points = (share: number) => (share * 100).toFixed(1);
const percent = (share: number) => `${Math.round(share * 100)} %`;

/** What to beware of in an evaluation, and what to do about it. */
export function guardText(guard: EvaluationGuard, nameOf: (code: string) => string): string {
  switch (guard.kind) {
    case 'few-lesions':
      return `${nameOf(guard.code)} was learned from ${countText(guard.lesions, 'lesion')}; from ${guard.least} on, figures begin to mean something. Add examples.`;
    case 'dominated': {
      const told =
        guard.auroc === null
          ? ''
          : ` The network’s counts tell that camera from others with an AUROC of ${guard.auroc.toFixed(2)}: it may have learned the camera.`;
      return `${percent(guard.share)} of the examples of ${nameOf(guard.code)} are of one ${byNames[guard.by]}. Add others.${told}`;
    }
    case 'camera-unmeasured':
      return `Whether the adaptation to the camera helps was measured on ${countText(guard.lesions, 'lesion')} of known diagnosis; from ${guard.least} on, figures begin to mean something. Add examples of the shipped classes.`;
    case 'conflict':
      return `${countText(guard.images.length, 'image')} stand under two classes and were left out, or share a lesion with another class. Withdraw what is wrong.`;
    case 'near-duplicates':
      return `${countText(guard.images.length, 'pair')} of images in different lesions look like the same picture; figures may be too good.`;
    case 'unfamiliar':
      return `${countText(guard.images.length, 'example')} of ${nameOf(guard.code)} are unlike all images that the network learned from. Check that they show a lesion.`;
    case 'fall':
      return `${nameOf(guard.code)} is found ${points(guard.fall)} points less often; the limit is ${points(guard.limit)}.`;
  }
}
