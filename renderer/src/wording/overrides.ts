import type { OverrideReason, overrideOf } from '../../../src/clinic/entities/index.ts';

type Override = NonNullable<ReturnType<typeof overrideOf>>;

export const overrideQuestions: Record<Override, string> = {
  'first-impression': 'Why another impression now?',
  suspicion: 'Why no action, though it is suspicious?',
};

export const overrideReasonNames: Record<OverrideReason, string> = {
  history: 'What the patient tells',
  unchanged: 'Known and unchanged',
  picture: 'The picture misleads',
  structures: 'What is seen in the lesion',
  reading: 'The reading convinced me',
  other: 'Another reason, in the note',
};
