import { t } from '../../../src/language/index.ts';
/** What the pointer does on the picture while it is measured. */
export type Tool = 'points' | 'add' | 'remove' | 'distance' | 'clicks' | 'mark';

/** Those by which two places are pointed at. */
export const isTwoPoints = (tool: Tool): tool is 'distance' | 'clicks' | 'mark' =>
  tool === 'distance' || tool === 'clicks' || tool === 'mark';

export const isBrush = (tool: Tool): tool is 'add' | 'remove' =>
  tool === 'add' || tool === 'remove';

/** What the first and the second place are. */
export const placeNames: Record<'distance' | 'clicks' | 'mark', readonly [string, string]> = {
  distance: [t('Where does the distance begin?'), t('Where does it end?')],
  clicks: [t('Which mark of the ruler first?'), t('Which mark of the ruler second?')],
  mark: [t('Where is the one end of the mark?'), t('Where is its other end?')],
};
