import { useEffect, useId, useRef, useSyncExternalStore } from 'react';
import { t } from '../../../src/language/index.ts';
import { useStation } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';
import { useLeaveWarning } from '../ui/use-leave-warning.ts';
import { listText } from '../wording/lists.ts';
import { type ImportItem, importQueue } from './queue.ts';
import { TrayRow } from './tray-row.tsx';
import './imports.css';

/**
 * In the top bar for as long as there is something to say about imports; the files on request, so
 * that they never lie over what one is working at.
 */
export function ImportTray({ clinic }: { clinic: string }) {
  const station = useStation();
  const items = useSyncExternalStore(importQueue.onChange, importQueue.items);
  const id = useId();
  useEffect(() => importQueue.attach(station, clinic), [station, clinic]);
  const counts = count(items);
  useLeaveWarning('import', counts.left > 0);
  useShellProgress(counts, items.length);
  if (items.length === 0) return null;
  return (
    <>
      <button type="button" className="button tray-button" popoverTarget={id}>
        <TrayMark counts={counts} />
        <span className="tray-button__text" aria-live="polite">
          <span className="visually-hidden">{t('Imports:')} </span>
          {summary(counts)}
        </span>
        <span className="tray-button__short" aria-hidden="true">
          {counts.left || counts.failed || ''}
        </span>
      </button>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: a link's Enter is a click as well */}
      <section
        id={id}
        popover="auto"
        className="popover tray"
        aria-label={t('Imports')}
        onClick={(event) => {
          if ((event.target as Element).closest('a')) event.currentTarget.hidePopover();
        }}
      >
        <div className="tray__head">
          <h2>{summary(counts)}</h2>
          {counts.left === 0 && (
            <Button small onClick={() => importQueue.dismissFinished()}>
              {t('Clear the list')}
            </Button>
          )}
        </div>
        {counts.left > 0 && (
          <progress
            className="tray__progress"
            aria-label={t('Imports done')}
            value={items.length - counts.left}
            max={items.length}
          />
        )}
        <ul className="tray__list">
          {inOrder(items).map((item) => (
            <TrayRow key={item.id} item={item} />
          ))}
        </ul>
      </section>
    </>
  );
}

/** Has the desktop shell show how far it is, and tell when it is done. */
function useShellProgress({ left, imported, duplicate, failed }: Counts, all: number): void {
  const wasBusy = useRef(false);
  useEffect(() => {
    const isBusy = left > 0;
    window.dermaspike?.tellProgress(isBusy ? (all - left) / all : null);
    if (wasBusy.current && !isBusy)
      window.dermaspike?.tellDone({ work: 'import', done: imported + duplicate, failed });
    wasBusy.current = isBusy;
  }, [left, imported, duplicate, failed, all]);
}

function TrayMark({ counts: { left, failed } }: { counts: Counts }) {
  if (left > 0) return <span className="spinner tray__accent" />;
  return failed > 0 ? (
    <span className="tray__danger">
      <Icon name="error" />
    </span>
  ) : (
    <span className="tray__good">
      <Icon name="check" />
    </span>
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
  const parts =
    imported > 0 || duplicate + failed === 0 ? [t('{imported} imported', { imported })] : [];
  if (left > 0) parts.unshift(t('{left} to go', { left }));
  if (duplicate > 0) parts.push(t('{duplicate} already there', { duplicate }));
  if (failed > 0) parts.push(t('{failed} failed', { failed }));
  return listText(parts);
}
