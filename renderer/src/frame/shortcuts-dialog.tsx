import { Dialog } from '../ui/dialog.tsx';
import { ShortcutsList } from './shortcuts-list.tsx';

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose} widthPx={620}>
      <ShortcutsList />
    </Dialog>
  );
}
