import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import './picture-cross.css';

/** A place on the picture, in shares of its width and height. */
interface Place {
  readonly x: number;
  readonly y: number;
}

interface PictureCrossProps {
  /** What is pointed at. */
  label: string;
  onPlace: (at: Place) => void;
  onCancel: () => void;
}

const step = 0.02;
const fineStep = 0.002;

const within = (value: number) => Math.min(1, Math.max(0, value));

function placeUnder(event: MouseEvent<HTMLElement>): Place {
  const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
  return { x: within((event.clientX - left) / width), y: within((event.clientY - top) / height) };
}

/** Over a whole picture: a place is pointed at by the mouse, or by the arrow keys and Enter. */
export function PictureCross({ label, onPlace, onCancel }: PictureCrossProps) {
  const button = useRef<HTMLButtonElement>(null);
  const [at, setAt] = useState<Place>({ x: 0.5, y: 0.5 });
  useEffect(() => button.current?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    const [dx, dy] =
      { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ??
      [];
    const far = event.shiftKey ? fineStep : step;
    if (event.key === 'Escape') onCancel();
    else if (event.key === 'Enter' || event.key === ' ') onPlace(at);
    else if (dx !== undefined && dy !== undefined)
      setAt({ x: within(at.x + dx * far), y: within(at.y + dy * far) });
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <button
      ref={button}
      type="button"
      className="picture-cross"
      aria-label={t(
        '{label} Arrow keys move the cross, with Shift finely; Enter marks, Escape leaves.',
        { label },
      )}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.stopPropagation()}
      onPointerMove={(event) => setAt(placeUnder(event))}
      // A finger has moved nothing before it taps; a screen reader's click has no place.
      onClick={(event) => onPlace(event.detail === 0 ? at : placeUnder(event))}
    >
      <span
        className="picture-cross__ring"
        style={{ left: `${at.x * 100}%`, top: `${at.y * 100}%` }}
        aria-hidden="true"
      />
    </button>
  );
}
