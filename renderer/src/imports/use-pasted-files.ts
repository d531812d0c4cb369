import { useEffect, useRef } from 'react';
import { isDialogOpen, isTyping } from '../routing/shortcuts.ts';

/** Takes files pasted anywhere on the screen, unless a dialog is in front of it or text is pasted. */
export function usePastedFiles(onFiles: (files: File[]) => void): void {
  const latest = useRef(onFiles);
  latest.current = onFiles;
  useEffect(() => {
    const onPaste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      const isText = isTyping(event.target) && event.clipboardData?.types.includes('text/plain');
      if (files.length === 0 || isText || isDialogOpen()) return;
      event.preventDefault();
      latest.current(files);
    };
    document.addEventListener('paste', onPaste);
    return () => document.removeEventListener('paste', onPaste);
  }, []);
}
