import type { OverrideReason, overrideOf } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';

type Override = NonNullable<ReturnType<typeof overrideOf>>;

export const overrideQuestions: Record<Override, string> = {
  'first-impression': t('Why another impression now?'),
  suspicion: t('Why no action, though it is suspicious?'),
};

export const overrideReasonNames: Record<OverrideReason, string> = {
  history: t('What the patient tells'),
  unchanged: t('Known and unchanged'),
  picture: t('The picture misleads'),
  structures: t('What is seen in the lesion'),
  reading: t('The reading convinced me'),
  other: t('Another reason, in the note'),
};
