import { useSyncExternalStore } from 'react';
import type { User } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { mayCall } from '../../../src/station/contract/index.ts';
import { ImportPackDialog } from '../classes/import-pack-dialog.tsx';
import { AddColleagueDialog } from '../sharing/add-colleague-dialog.tsx';
import { FileAnswerDialog } from '../sharing/file-answer-dialog.tsx';
import { OpenCaseDialog } from '../sharing/open-case-dialog.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { letWait, onWaitingFile, waitingFile } from './waiting.ts';

/** What each kind of file is, and which call it needs. */
const kinds = {
  'dermaspike-class': { needs: 'classes.importPack', title: t('A class of another clinic') },
  'dermaspike-case': { needs: 'sharing.open', title: t('A colleague’s case') },
  'dermaspike-answer': { needs: 'sharing.fileAnswer', title: t('A colleague’s answer') },
  'dermaspike-key': { needs: 'sharing.addColleague', title: t('Another clinic’s key') },
} as const;

function kindOf(name: string): keyof typeof kinds {
  const extension = name.slice(name.lastIndexOf('.') + 1);
  return extension in kinds ? (extension as keyof typeof kinds) : 'dermaspike-class';
}

/** The question what to do with it. */
export function OpenedFileDialog({ user }: { user: User }) {
  const file = useSyncExternalStore(onWaitingFile, waitingFile);
  const close = () => letWait(undefined);
  if (!file) return null;
  const kind = kindOf(file.name);
  const { needs, title } = kinds[kind];
  if (!mayCall(user.role, needs))
    return (
      <Dialog title={title} onClose={close} widthPx={460}>
        <p>
          {t('{name} is not for your role to open. Ask a clinician or an administrator.', {
            name: file.name,
          })}
        </p>
        <div className="dialog__actions">
          <Button variant="primary" onClick={close}>
            {t('Close')}
          </Button>
        </div>
      </Dialog>
    );
  const props = { bytes: file.bytes, onClose: close };
  switch (kind) {
    case 'dermaspike-class':
      return <ImportPackDialog key={file.name} user={user} opened={file.bytes} onClose={close} />;
    case 'dermaspike-case':
      return <OpenCaseDialog key={file.name} {...props} />;
    case 'dermaspike-answer':
      return <FileAnswerDialog key={file.name} {...props} />;
    case 'dermaspike-key':
      return <AddColleagueDialog key={file.name} {...props} />;
  }
}
