import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Mark } from '../../../src/clinic/entities/index.ts';
import { criteriaOf } from '../wording/checklists.ts';
import type { FoundMarks } from './form.ts';
import './checklists.css';

interface MarksLayerProps {
  kind: 'seven-point' | 'menzies';
  found: FoundMarks;
  marking: string | undefined;
  onMark: (at: Mark) => void;
  onCancel: () => void;
}

const step = 0.02;

/** Numbers over the picture where criteria were marked; a cross while one is being marked. */
export function MarksLayer({ kind, found, marking, onMark, onCancel }: MarksLayerProps) {
  const criteria = criteriaOf(kind);
  return (
    <div className="marks">
      {criteria.flatMap(({ code, name }, index) =>
        (found.get(code) ?? []).map(({ x, y }) => (
          <span
            key={`${code} ${x} ${y}`}
            className="marks__mark"
            style={{ left: `${x * 100}%`, top: `${y * 100}%` }}
            role="img"
            aria-label={`${name}, marked`}
          >
            {index + 1}
          </span>
        )),
      )}
      {marking && (
        <Cross
          name={criteria.find(({ code }) => code === marking)?.name ?? ''}
          onMark={onMark}
          onCancel={onCancel}
        />
      )}
    </div>
  );
}

/** By the mouse, or by the arrow keys and Enter. */
function Cross(props: { name: string; onMark: (at: Mark) => void; onCancel: () => void }) {
  const { name, onMark, onCancel } = props;
  const button = useRef<HTMLButtonElement>(null);
  const [at, setAt] = useState<Mark>({ x: 0.5, y: 0.5 });
  useEffect(() => button.current?.focus(), []);
  const within = (value: number) => Math.min(1, Math.max(0, value));
  const onKeyDown = (event: KeyboardEvent) => {
    const [dx, dy] =
      { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] ??
      [];
    if (event.key === 'Escape') onCancel();
    else if (event.key === 'Enter' || event.key === ' ') onMark(at);
    else if (dx !== undefined && dy !== undefined)
      setAt({ x: within(at.x + dx * step), y: within(at.y + dy * step) });
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <button
      ref={button}
      type="button"
      className="marks__field"
      aria-label={`Where is it: ${name}? Arrow keys move the cross, Enter marks, Escape leaves.`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => event.stopPropagation()}
      onPointerMove={(event) => {
        const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
        setAt({
          x: within((event.clientX - left) / width),
          y: within((event.clientY - top) / height),
        });
      }}
      onClick={() => onMark(at)}
    >
      <span
        className="marks__cross"
        style={{ left: `${at.x * 100}%`, top: `${at.y * 100}%` }}
        aria-hidden="true"
      />
    </button>
  );
}
