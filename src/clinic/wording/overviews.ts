import { t } from '../../language/index.ts';
import type { Overview, OverviewRegion } from '../entities/index.ts';
import { formatCameraTime, formatDate } from './dates.ts';

export const regionNames: Record<OverviewRegion, string> = {
  'whole-front': t('Whole body from in front'),
  'whole-back': t('Whole body from behind'),
  head: t('Head'),
  neck: t('Neck'),
  chest: t('Chest'),
  abdomen: t('Abdomen'),
  'upper-back': t('Upper back'),
  'lower-back': t('Lower back'),
  back: t('{of, select, body {Back} other {}}', { of: 'body' }),
  buttocks: t('Buttocks'),
  'right-side': t('Right side'),
  'left-side': t('Left side'),
  'right-arm': t('Right arm'),
  'left-arm': t('Left arm'),
  hands: t('Hands'),
  'right-leg': t('Right leg'),
  'left-leg': t('Left leg'),
  feet: t('Feet'),
  other: t('Another region'),
};

/** When it was taken, or else since when it is there. */
export const takenText = ({
  capturedAt,
  importedAt,
}: Pick<Overview, 'capturedAt' | 'importedAt'>): string =>
  capturedAt === null
    ? t('Added {date}, day of capture not known', { date: formatDate(importedAt) })
    : formatCameraTime(capturedAt);
