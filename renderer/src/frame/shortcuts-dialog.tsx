import { t } from '../../../src/language/index.ts';
import { ShortcutsList } from '../settings/shortcuts-list.tsx';
import { Dialog } from '../ui/dialog.tsx';

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t('Keyboard shortcuts')} onClose={onClose} widthPx={620}>
      <ShortcutsList />
    </Dialog>
  );
}
