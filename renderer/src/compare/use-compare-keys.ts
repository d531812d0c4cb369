import { navigate } from '../routing/routes.ts';
import { useShortcuts } from '../routing/shortcuts.ts';
import { type Mode, modes } from './modes.ts';
import { type Alignment, moved, type View, whole, zoomedAbout } from './view.ts';

const zoomStep = 1.3;
/** Shares of the pane's shorter side. */
const panStep = 0.08;
const nudgeStep = 0.004;
const turnStepDeg = 0.5;
const scaleStep = 1.005;
const shareStep = 0.05;

interface CompareCommands {
  lesionId: string;
  setMode: (mode: Mode) => void;
  setView: (change: (view: View) => View) => void;
  setShare: (change: (share: number) => number) => void;
  flip: () => void;
  replace: (place: 0 | 1, step: 1 | -1) => void;
  nudge: (change: (alignment: Alignment) => Alignment) => void;
  putBack: () => void;
}

/** Everything on the comparing screen by keyboard. */
export function useCompareKeys(commands: CompareCommands): void {
  const { setMode, setView, setShare, flip, replace, nudge, putBack, lesionId } = commands;
  const arrow = (dx: number, dy: number) => (event: KeyboardEvent) => {
    // On a slider or among the modes they are the control's own.
    if (event.target instanceof HTMLInputElement) return false;
    if (event.shiftKey)
      nudge((now) => ({ ...now, x: now.x - dx * nudgeStep, y: now.y - dy * nudgeStep }));
    else setView((now) => moved(now, dx * panStep, dy * panStep));
    return true;
  };
  const shift = (by: number) => () =>
    setShare((now) => Math.min(1, Math.max(0, Math.round((now + by) * 100) / 100)));
  const step = (by: 1 | -1) => (event: KeyboardEvent) => replace(event.shiftKey ? 0 : 1, by);
  useShortcuts({
    ...Object.fromEntries(modes.map((mode, index) => [`${index + 1}`, () => setMode(mode)])),
    ' ': (event) => {
      if (event.target instanceof HTMLElement && event.target.closest('button, a, input'))
        return false;
      return flip();
    },
    '+': () => setView((now) => zoomedAbout(now, zoomStep)),
    '=': () => setView((now) => zoomedAbout(now, zoomStep)),
    '-': () => setView((now) => zoomedAbout(now, 1 / zoomStep)),
    '0': () => setView(() => whole),
    arrowleft: arrow(1, 0),
    arrowright: arrow(-1, 0),
    arrowup: arrow(0, 1),
    arrowdown: arrow(0, -1),
    '[': shift(-shareStep),
    ']': shift(shareStep),
    j: step(1),
    k: step(-1),
    q: () => nudge((now) => ({ ...now, turnDeg: now.turnDeg - turnStepDeg })),
    w: () => nudge((now) => ({ ...now, turnDeg: now.turnDeg + turnStepDeg })),
    a: () => nudge((now) => ({ ...now, scale: now.scale / scaleStep })),
    d: () => nudge((now) => ({ ...now, scale: now.scale * scaleStep })),
    x: putBack,
    escape: () => navigate({ screen: 'lesion', lesionId }),
  });
}
