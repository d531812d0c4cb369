/** How two pictures are looked at. */
export const modes = ['side', 'blink', 'swipe', 'fade', 'difference'] as const;
export type Mode = (typeof modes)[number];

export const modeNames: Record<Mode, string> = {
  side: 'Side by side',
  blink: 'Blink',
  swipe: 'Swipe',
  fade: 'Fade',
  difference: 'Difference',
};

export const modeNotes: Record<Mode, string> = {
  side: '',
  blink: 'The two take turns; Space holds and turns them.',
  swipe: 'The earlier left of the line, the later right of it; [ and ] move it.',
  fade: '[ and ] fade from the earlier to the later.',
  difference:
    'Bright where the two differ, four times as bright as they do: by light, distance, hair and how they lie over each other as much as by the lesion.',
};
