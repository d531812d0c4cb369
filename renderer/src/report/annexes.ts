import { t } from '../../../src/language/index.ts';
export const annexes = [
  { value: 'with', label: t('With the readings as an annex') },
  { value: 'without', label: t('Without the readings') },
] as const;
export type Annexed = (typeof annexes)[number]['value'];
