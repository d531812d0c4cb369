import { useSyncExternalStore } from 'react';
import { t } from '../../../src/language/index.ts';
import type {
  DesktopUpdates,
  InstallOutcome,
  ProvedUpdate,
  UpdateProgress,
} from '../../../src/processes/desktop-page.ts';

type Installed = Extract<InstallOutcome, { outcome: 'installed' }>;

export type JobState =
  | { readonly step: 'idle'; readonly refusal?: string }
  | { readonly step: 'choosing' }
  | { readonly step: 'working'; readonly progress: UpdateProgress }
  | { readonly step: 'proved'; readonly update: ProvedUpdate; readonly refusal?: string }
  | { readonly step: 'installed'; readonly installed: Installed };

/** The update under way. It goes on in main while another screen is looked at, and so does this. */
let state: JobState = { step: 'idle' };
const listeners = new Set<() => void>();

function become(next: JobState): void {
  state = next;
  for (const listener of listeners) listener();
}

export function useUpdateJob(): JobState {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

export const cancelUpdate = (): void => become({ step: 'idle' });

export async function chooseUpdate(updates: DesktopUpdates): Promise<void> {
  become({ step: 'choosing' });
  const chosen = await watched(updates, () => updates.choose());
  if (chosen.outcome === 'proved') become({ step: 'proved', update: chosen.update });
  else if (chosen.outcome === 'refused') become({ step: 'idle', refusal: chosen.message });
  else become({ step: 'idle' });
}

export async function installUpdate(updates: DesktopUpdates, update: ProvedUpdate): Promise<void> {
  become({ step: 'working', progress: { stage: 'copying', share: 0 } });
  const done = await watched(updates, () => updates.install());
  if (done.outcome === 'installed') become({ step: 'installed', installed: done });
  else become({ step: 'proved', update, refusal: done.message });
}

/** Shows how far it is; what main could not even answer is refused. */
async function watched<T>(updates: DesktopUpdates, work: () => Promise<T>) {
  const end = updates.onProgress((progress) => become({ step: 'working', progress }));
  try {
    return await work();
  } catch {
    const message = t('The program did not answer. Start it again, then try once more.');
    return { outcome: 'refused', message } as const;
  } finally {
    end();
  }
}
