import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { Button } from './button.tsx';

/** Prints what is on the screen; in the desktop window also saves it as a PDF file. */
export function PaperButtons({ pdfName }: { pdfName: string }) {
  const shell = window.dermaspike;
  const [busy, setBusy] = useState<'print' | 'pdf'>();
  const [told, setTold] = useState('');

  const print = async () => {
    if (!shell) return window.print();
    setBusy('print');
    setTold(printed[await shell.print().catch(() => 'failed' as const)]);
    setBusy(undefined);
  };
  const savePdf = async () => {
    setBusy('pdf');
    setTold(saved[(await shell?.savePdf(pdfName).catch(() => 'failed' as const)) ?? 'failed']);
    setBusy(undefined);
  };

  return (
    <>
      <Button icon="print" busy={busy === 'print'} onClick={() => void print()}>
        {t('Print')}
      </Button>
      {shell && (
        <Button icon="save" busy={busy === 'pdf'} onClick={() => void savePdf()}>
          {t('Save as PDF')}
        </Button>
      )}
      {told && (
        <span className="soft" role="status">
          {told}
        </span>
      )}
    </>
  );
}

const printed = {
  printed: t('Sent to the printer.'),
  cancelled: '',
  'no-printer': t('This computer has no printer. Save it as a PDF, or write it down.'),
  failed: t('It could not be printed. Save it as a PDF, or write it down.'),
} as const;

const saved = {
  saved: t('Saved. The file is not encrypted: keep it where only those can read it who may.'),
  cancelled: '',
  failed: t('It could not be saved there. Choose another folder.'),
} as const;
