import { t } from '../../../src/language/index.ts';
/** How two pictures are looked at. */
export const modes = ['side', 'blink', 'swipe', 'fade', 'difference'] as const;
export type Mode = (typeof modes)[number];

export const modeNames: Record<Mode, string> = {
  side: t('Side by side'),
  blink: t('Blink'),
  swipe: t('Swipe'),
  fade: t('Fade'),
  difference: t('Difference'),
};

export const modeNotes: Record<Mode, string> = {
  side: '',
  blink: t('The two take turns; Space holds and turns them.'),
  swipe: t('The earlier left of the line, the later right of it; [ and ] move it.'),
  fade: t('[ and ] fade from the earlier to the later.'),
  difference: t(
    'Bright where the two differ, four times as bright as they do: by light, distance, hair and how they lie over each other as much as by the lesion.',
  ),
};
