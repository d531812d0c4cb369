import { useEffect, useState, useSyncExternalStore } from 'react';
import { useStation } from '../station/use-station.tsx';
import { IconButton } from '../ui/button.tsx';
import { useLeaveWarning } from '../ui/use-leave-warning.ts';
import { type ImportItem, importQueue } from './queue.ts';
import { TrayRow } from './tray-row.tsx';
import './imports.css';

/** At the bottom right for as long as there is something to say about imports. */
export function ImportTray({ clinic }: { clinic: string }) {
  const station = useStation();
  const items = useSyncExternalStore(importQueue.onChange, importQueue.items);
  const [isOpen, setOpen] = useState(true);
  useEffect(() => importQueue.attach(station, clinic), [station, clinic]);
  const counts = count(items);
  useLeaveWarning(counts.left > 0);
  if (items.length === 0) return null;
  return (
    <section className="tray" aria-label="Imports">
      <div className="tray__head">
        {counts.left > 0 && <span className="spinner" />}
        <h2 className="tray__title" aria-live="polite">
          {summary(counts)}
        </h2>
        <button
          type="button"
          className="button button--quiet button--small button--icon tray__fold"
          aria-expanded={isOpen}
          aria-label="Details of the imports"
          onClick={() => setOpen(!isOpen)}
        >
          <svg width="18" height="18" viewBox="0 0 20 20" fill="none" aria-hidden="true">
            <path d="m5 7.5 5 5 5-5" stroke="currentColor" strokeWidth="1.5" />
          </svg>
        </button>
        {counts.left === 0 && (
          <IconButton
            icon="close"
            label="Close the imports"
            small
            onClick={() => importQueue.dismissFinished()}
          />
        )}
      </div>
      {counts.left > 0 && (
        <progress
          className="tray__progress"
          aria-label="Imports done"
          value={items.length - counts.left}
          max={items.length}
        />
      )}
      {isOpen && (
        <ul className="tray__list">
          {inOrder(items).map((item) => (
            <TrayRow key={item.id} item={item} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** What needs a person first, then what is under way; what is done comes last. */
const steps: readonly ImportItem['state']['step'][] = ['failed', 'running', 'waiting', 'done'];
const inOrder = (items: readonly ImportItem[]): ImportItem[] =>
  items.toSorted((a, b) => steps.indexOf(a.state.step) - steps.indexOf(b.state.step));

interface Counts {
  left: number;
  imported: number;
  duplicate: number;
  failed: number;
}

function count(items: readonly ImportItem[]): Counts {
  const counts: Counts = { left: 0, imported: 0, duplicate: 0, failed: 0 };
  for (const { state } of items) {
    if (state.step === 'failed') counts.failed += 1;
    else if (state.step !== 'done') counts.left += 1;
    else counts[state.result.outcome] += 1;
  }
  return counts;
}

function summary({ left, imported, duplicate, failed }: Counts): string {
  const parts = imported > 0 || duplicate + failed === 0 ? [`${imported} imported`] : [];
  if (left > 0) parts.unshift(`${left} to go`);
  if (duplicate > 0) parts.push(`${duplicate} already there`);
  if (failed > 0) parts.push(`${failed} failed`);
  return parts.join(', ');
}
