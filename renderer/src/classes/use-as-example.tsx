import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { Button } from '../ui/button.tsx';
import { ExamplesOfDialog } from './examples-of-dialog.tsx';

/** Makes an image one from which a class is learned. */
export function UseAsExample({ imageId, disabled }: { imageId: string; disabled: boolean }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="quiet" onClick={() => setOpen(true)} disabled={disabled}>
        {t('Use as an example')}
      </Button>
      {isOpen && (
        <ExamplesOfDialog images={[{ imageId, label: '' }]} onClose={() => setOpen(false)} />
      )}
    </>
  );
}
