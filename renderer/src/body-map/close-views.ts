import { mirrored, paired, type Region, whole } from './shapes.ts';

/** Drawn over the regions, for orientation alone. */
export type Features = string;

/** The head's left side, looking to the viewer's left, on a 120 × 140 grid. */
export const headSide: { regions: readonly Region[]; features: Features } = {
  regions: [
    whole(
      'scalp',
      [78, 32],
      'M29.5 42C28 20 48 6 70 8C96 10 110 30 108 56C107 70 102 82 96 90L85 84.5C86 74 84.5 62 76 57.5C68 53 62 46 58 38.5C48 41 38 41 29.5 42Z',
    ),
    whole(
      'face',
      [48, 72],
      'M29 44.5C38 43.5 48 43.5 56.8 41C60 48 64 54 69 57.5C66.5 66 67.5 78 71.5 88L65.5 100C58 106 46 108.5 38 106C34 104.5 33.5 100.5 34.5 97C31.5 95.5 31 92 32.5 89.5C29.5 87.5 29.5 84.5 31.5 82C29.5 80 26 79.5 22.5 77.5C20 75.5 23 69 27 61C28.5 54.5 27.5 49.5 29 44.5Z',
    ),
    whole(
      'ear',
      [76, 70],
      'M71 59.5C77 57.5 83.5 61 82.5 69C81.5 76 78.5 82 74.5 83C71.5 81 71.5 73 70.5 67C70 63.5 70 61 71 59.5Z',
    ),
    whole(
      'neck',
      [78, 110],
      'M67.5 102L73.5 90C77 89.5 81 88.5 84.5 87L95 92.5C94 105 97 118 106 128C92 134 66 134 50 128C56 122 60.5 113 60.5 107C63 106 65.5 104.5 67.5 102Z',
    ),
  ],
  features:
    'M33 62C35.5 59.5 39.5 59.5 42 62M31.5 55C35 52.5 40 52.5 43 54.5M34 90C37 91 40 91 43 90',
};

/** The head from above, the nose towards the viewer, on a 120 × 130 grid. */
export const headTop: { regions: readonly Region[]; features: Features } = {
  regions: [
    whole(
      'scalp',
      [60, 52],
      'M60 8C88 8 100 32 100 60C100 80 92 94 82 102C70 96 50 96 38 102C28 94 20 80 20 60C20 32 32 8 60 8Z',
    ),
    whole(
      'face',
      [60, 108],
      'M38.5 104C50 98.5 70 98.5 81.5 104C76 110 68 114 64 115L60 121L56 115C52 114 44 110 38.5 104Z',
    ),
    paired(
      'ear',
      [16, 69],
      'M18.3 61C13 59 11 65 13 71.5C14.5 77 18.5 81 21 79.5C19.3 73 18.5 67 18.3 61Z',
    ),
  ],
  features: 'M60 26C57 32 57 40 60 46',
};

/** A right hand from behind, fingers up, thumb to the viewer's left; its middle is x = 58. */
const hand =
  'M50 148L46 128C41 121 34 112 28 104C24 99 22 94 25 91C29 88 34 92 38 98C41 102 43 105 45 106L42.5 78C41 62 40 48 40.5 38C41 32 49 32 49.5 38C50 50 51 62 52 72L54 72C53.5 56 53.5 40 54 26C54.5 20 62.5 20 63 26C63.5 42 63.5 58 64 72L66.5 72.5C67 58 68 46 69 34C70 28 77.5 29 77.5 35C77.5 48 76.5 62 76 75L78.5 77C80.5 66 83 57 85.5 49C87.5 44 94 46 93 52C91.5 64 89 78 87.5 90C87 104 85 118 82 128L80 148Z';
const nails =
  'M42.5 37C43.5 34.5 46.5 34.5 47.5 37M56 25C57 22.5 60 22.5 61 25M71 33.5C72 31 75 31.5 75.8 34M87.2 49.5C88.5 47.5 91 48.5 91.3 50.5M25.5 93.5C27 91.5 29.5 93 30.5 95.5';
const lines = 'M76 88C66 82 55 84 49 92M74 100C62 94 54 100 50 108M69 106C72 116 72 124 68 134';

/** Both hands, the patient facing the viewer with the fingers up, on a 240 × 150 grid. */
export const handBacks: { regions: readonly Region[]; features: Features } = {
  regions: [paired('hand', [64, 104], hand)],
  features: `${nails}${mirrored(nails, 120)}`,
};
export const palms: { regions: readonly Region[]; features: Features } = {
  regions: [paired('hand', [52, 104], mirrored(hand, 58))],
  features: `${lines}${mirrored(lines, 120)}`,
};

const sole =
  'M62 143C48 143 43 130 44 116C45 100 40 86 38 70C37 60 38 52 40 46C36 42 36 35 41 34C45 33.5 47 37 47 40C46 35 46 28 51 27C56 26.5 57.5 31 57.5 35C57 29 58 22.5 62.5 22C67.5 22 68.5 27 68 31.5C68 26 69 19.5 73 19.5C74.2 19.5 75 20.2 75.5 21.2C78 12.5 91 12.5 92.5 24C93.2 32 90 38 88 43C90 56 88 70 84 84C80.5 98 80 106 80.5 116C81 130 76 143 62 143Z';
const balls = 'M42 58C52 48 74 46 87 52M50 128C54 122 70 122 75 128';

/** Both soles, the patient lying with the feet towards the viewer, toes up, on a 240 × 150 grid. */
export const soles: { regions: readonly Region[]; features: Features } = {
  regions: [paired('foot', [62, 92], sole)],
  features: `${balls}${mirrored(balls, 120)}`,
};

/** Over the face of the whole figure, where it is seen closely. */
export const faceFeatures: Features =
  'M104.5 46C107 44.3 111 44.3 113.5 46M126.5 46C129 44.3 133 44.3 135.5 46M104 41.5C107 39.5 111 39.5 114 41M126 41C129 39.5 133 39.5 136 41.5M120 45C119 50 117.5 53 117.8 55C118.5 56 121.5 56 122.2 55M113.5 62.5C117.5 61.3 122.5 61.3 126.5 62.5C123 65.3 117 65.3 113.5 62.5';
