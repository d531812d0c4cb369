import type { Page } from 'playwright-core';
import type {
  ChoiceOutcome,
  InstallOutcome,
  ProgramState,
  UpdateProgress,
} from '../../src/processes/desktop-page.ts';

interface Wanted {
  readonly state?: Partial<ProgramState>;
  readonly choice?: ChoiceOutcome;
  readonly installed?: InstallOutcome;
}

const state: ProgramState = {
  version: '1.2.0',
  kind: 'appimage',
  keys: ['9F3A 20C1 77D0 5B1E 4A6C 0D92'],
  back: null,
};

export const proved: ChoiceOutcome = {
  outcome: 'proved',
  update: {
    version: '1.3.0',
    notes: 'Reads HEIC pictures.\nThe worklist prints.',
    sizeBytes: 214_300_000,
    madeAt: '2026-11-20T09:00:00.000Z',
    signedBy: '9F3A 20C1 77D0 5B1E 4A6C 0D92',
    changesDatabase: true,
  },
};

/**
 * Goes to *This program* in a window whose shell answers like this. What `install` and `choose` are at is
 * told by `window.tellUpdate`; they wait there until it is told null. `window.updateCalls` has the rest.
 */
export async function openProgram(page: Page, wanted: Wanted = {}): Promise<void> {
  await page.evaluate(
    ([program, choice, installed]) => {
      const calls: string[] = [];
      let tell: (progress: UpdateProgress) => void = () => {};
      let goOn = () => {};
      const until = async <T>(answer: T) => {
        await new Promise<void>((resolve) => {
          goOn = resolve;
        });
        return answer;
      };
      const updates = {
        state: async () => program,
        choose: () => until(choice),
        install: () => until(installed),
        finish: async () => void calls.push('finish'),
        stepBack: async () => {
          calls.push('step-back');
          return null;
        },
        onProgress: (listener: typeof tell) => {
          tell = listener;
          return () => {};
        },
      };
      Object.assign(window, {
        dermaspike: { updates },
        updateCalls: calls,
        tellUpdate: (progress: UpdateProgress | null) => (progress ? tell(progress) : goOn()),
      });
      location.hash = '#/settings/program';
    },
    [
      { ...state, ...wanted.state },
      wanted.choice ?? { outcome: 'cancelled' },
      wanted.installed ?? { outcome: 'refused', message: 'Not today.' },
    ] as const,
  );
  await page.getByRole('heading', { name: 'This program' }).waitFor();
}

export const tellUpdate = (page: Page, progress: UpdateProgress | null) =>
  page.evaluate((told) => Reflect.get(window, 'tellUpdate')(told), progress);

/** As far as the facts of a proved update. */
export async function chooseProved(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Update from a file…' }).click();
  await tellUpdate(page, null);
  await page.getByText('The update is whole').waitFor();
}
