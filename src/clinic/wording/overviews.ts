import type { Overview, OverviewRegion } from '../entities/index.ts';
import { formatCameraTime, formatDate } from './dates.ts';

export const regionNames: Record<OverviewRegion, string> = {
  'whole-front': 'Whole body from in front',
  'whole-back': 'Whole body from behind',
  head: 'Head',
  neck: 'Neck',
  chest: 'Chest',
  abdomen: 'Abdomen',
  'upper-back': 'Upper back',
  'lower-back': 'Lower back',
  back: 'Back',
  buttocks: 'Buttocks',
  'right-side': 'Right side',
  'left-side': 'Left side',
  'right-arm': 'Right arm',
  'left-arm': 'Left arm',
  hands: 'Hands',
  'right-leg': 'Right leg',
  'left-leg': 'Left leg',
  feet: 'Feet',
  other: 'Another region',
};

/** When it was taken, or else since when it is there. */
export const takenText = ({
  capturedAt,
  importedAt,
}: Pick<Overview, 'capturedAt' | 'importedAt'>): string =>
  capturedAt === null
    ? `Added ${formatDate(importedAt)}, day of capture not known`
    : formatCameraTime(capturedAt);
