import { useSyncExternalStore } from 'react';
import type { User } from '../../../src/clinic/entities/index.ts';
import type { OpenedFile } from '../../../src/processes/desktop-page.ts';
import { mayCall } from '../../../src/station/contract/index.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ImportPackDialog } from './import-pack-dialog.tsx';

/** A class that the person opened in the system's own file manager; it waits until the clinic is open. */
let waiting: OpenedFile | undefined;
const listeners = new Set<() => void>();

function set(file: OpenedFile | undefined): void {
  waiting = file;
  for (const listener of listeners) listener();
}

/** From here on takes what the desktop shell hands over. */
export function takeOpenedFiles(): void {
  window.addEventListener('message', ({ source, data }) => {
    if (source === window && data?.type === 'dermaspike:opened-file') set(data as OpenedFile);
  });
}

/** The question whether to import it. */
export function OpenedPack({ user }: { user: User }) {
  const file = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => waiting,
  );
  const close = () => set(undefined);
  if (!file) return null;
  if (mayCall(user.role, 'classes.importPack'))
    return <ImportPackDialog key={file.name} user={user} opened={file.bytes} onClose={close} />;
  return (
    <Dialog title="A class of another clinic" onClose={close} widthPx={460}>
      <p>
        {file.name} holds a class that another clinic gives away. Your role does not import classes;
        ask an administrator.
      </p>
      <div className="dialog__actions">
        <Button variant="primary" onClick={close}>
          Close
        </Button>
      </div>
    </Dialog>
  );
}
