import { type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { IconButton } from './button.tsx';
import './surfaces.css';

interface DialogProps {
  title: string;
  onClose: () => void;
  widthPx?: number;
  children: ReactNode;
}

/**
 * A modal dialog, open for as long as it is rendered. The browser's own `<dialog>` keeps the focus
 * inside, closes it on Escape and gives the focus back.
 */
export function Dialog({ title, onClose, widthPx, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
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
        onClose();
      }}
    >
      <div className="dialog__head">
        <h2 id={titleId}>{title}</h2>
        <IconButton icon="close" label="Close" onClick={onClose} small />
      </div>
      <div className="dialog__body">{children}</div>
    </dialog>
  );
}
