import { type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { Button, IconButton } from './button.tsx';
import './surfaces.css';

interface DialogProps {
  title: string;
  onClose: () => void;
  widthPx?: number;
  /** Something is typed that would be lost: Escape and the cross ask first. */
  holdsTyping?: boolean;
  children: ReactNode;
}

/**
 * A modal dialog, open for as long as it is rendered. The browser's own `<dialog>` keeps the focus
 * inside, closes it on Escape and gives the focus back.
 */
export function Dialog({ title, onClose, widthPx, holdsTyping, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const [isAsking, setAsking] = useState(false);
  const leave = () => (holdsTyping ? setAsking(true) : onClose());
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    // Not the Close button but what the dialog was opened for.
    element
      ?.querySelector<HTMLElement>('.dialog__body :is(input, select, textarea, button)')
      ?.focus();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={titleId}
      style={widthPx ? ({ '--dialog-width': `${widthPx}px` } as React.CSSProperties) : undefined}
      onCancel={(event) => {
        if (event.target !== dialog.current) return; // A file picker inside was cancelled.
        event.preventDefault();
        leave();
      }}
      onClose={(event) => {
        // A browser lets nobody hold back a second Escape.
        if (event.target === dialog.current && !dialog.current.open) onClose();
      }}
    >
      <div className="dialog__head">
        <h2 id={titleId}>{title}</h2>
        <IconButton icon="close" label={t('Close')} onClick={leave} small />
      </div>
      <div className="dialog__body">{children}</div>
      {isAsking && (
        <div className="dialog__question" role="alert">
          <span>{t('Discard what you typed?')}</span>
          <Button small onClick={() => setAsking(false)}>
            {t('Keep it')}
          </Button>
          <Button small variant="danger" onClick={onClose}>
            {t('Discard')}
          </Button>
        </div>
      )}
    </dialog>
  );
}
