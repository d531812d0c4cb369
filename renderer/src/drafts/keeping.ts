import { t } from '../../../src/language/index.ts';
import { showToast } from '../ui/toasts.tsx';

/** Closes a form on Escape; what was typed is said to be kept, which it is from the first letter. */
export const closeKeeping = (isChanged: boolean, close: () => void) => () => {
  close();
  if (isChanged) showToast(t('Kept as a draft: it is there when you open the form again.'));
};
