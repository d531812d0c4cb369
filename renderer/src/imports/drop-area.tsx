import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import { isDialogOpen } from '../routing/shortcuts.ts';
import './imports.css';

interface DropAreaProps {
  className?: string;
  /** What the cover says while files are held over it. */
  invitation: string;
  onFiles: (files: File[]) => void;
  /** Nothing is taken. */
  isOff?: boolean;
  children: ReactNode;
}

/** Takes image files that are dropped on it. An inner area wins over one around it. */
export function DropArea({ className = '', invitation, onFiles, isOff, children }: DropAreaProps) {
  const [isOver, setOver] = useState(false);
  const depth = useRef(0);
  /** Behind an open dialog nothing is taken. */
  const holdsFiles = (event: DragEvent) =>
    !isOff && event.dataTransfer.types.includes('Files') && !isDialogOpen();
  const leave = () => {
    depth.current = 0;
    setOver(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the file button does the same by keyboard
    <div
      className={`drop ${className}`}
      data-over={isOver || undefined}
      onDragEnter={(event) => {
        if (!holdsFiles(event)) return;
        depth.current += 1;
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (!holdsFiles(event)) return;
        depth.current -= 1;
        if (depth.current <= 0) leave();
      }}
      onDragOver={(event) => {
        if (!holdsFiles(event)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'copy';
      }}
      onDrop={(event) => {
        leave();
        if (!holdsFiles(event) || event.defaultPrevented) return;
        event.preventDefault();
        onFiles([...event.dataTransfer.files]);
      }}
    >
      {children}
      {isOver && (
        <div className="drop__cover">
          <span>{invitation}</span>
        </div>
      )}
    </div>
  );
}
