import type { KeptBackup } from '../../src/clinic/entities/index.ts';
import type { Handlers } from '../../src/processes/channel.ts';
import type {
  BackupReminder,
  BackupState,
  StationContract,
} from '../../src/station/contract/index.ts';
import { fail } from './fake-errors.ts';

const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

const kept: KeptBackup[] = [0.2, 1.1, 2.2, 7.3, 14.1, 31.5].map((days, index) => ({
  id: `01975f32-0000-7000-8000-00000000010${index}`,
  madeAt: ago(days),
  unreadable: index === 4 ? 'damaged' : null,
  sizeBytes: 3_214_000_000 - index * 71_000_000,
  proof: index === 2 ? { at: ago(2), whole: true } : null,
}));

/** What the fake station says of backups; tests change it. */
export class FakeBackups {
  state: BackupState = {
    folder: '/media/backup/Riverside',
    problem: null,
    kept,
    lastAt: ago(0.2),
    lastProofAt: ago(2),
    nextAt: ago(-0.8),
    schedule: { everyHours: 24, onLeaving: true, proofEveryDays: 30 },
    running: null,
    failure: null,
  };
  reminder: BackupReminder | null = null;
  readonly #emits = new Set<(event: { what: 'make' | 'prove'; share: number }) => void>();
  readonly #restores = new Set<(event: { share: number }) => void>();

  /** Without a folder, as in a new clinic. */
  forget(): void {
    this.state = {
      ...this.state,
      folder: null,
      kept: [],
      lastAt: null,
      lastProofAt: null,
      nextAt: null,
    };
  }

  tell(what: 'make' | 'prove', share: number): void {
    this.state = { ...this.state, running: { what, share } };
    for (const emit of this.#emits) emit({ what, share });
  }

  handlers(
    changed: (...topics: string[]) => void,
    restored: () => void,
  ): Pick<
    Handlers<StationContract>,
    Extract<keyof StationContract, `backup.${string}` | `restore.${string}`>
  > {
    const become = (next: Partial<BackupState>) => {
      this.state = { ...this.state, ...next };
      changed('backups');
    };
    return {
      'backup.state': () => this.state,
      'backup.reminder': () => this.reminder,
      'backup.choose': ({ folder }) => {
        if (!folder.startsWith('/'))
          fail('backup-place', 'Give the whole path of a folder, from the root of its disk.');
        become({ folder, failure: null, nextAt: new Date().toISOString() });
        return {};
      },
      'backup.setSchedule': (schedule) => {
        become({ schedule });
        return schedule;
      },
      'backup.make': () => {
        const madeAt = new Date().toISOString();
        const [newest] = kept;
        if (newest) become({ lastAt: madeAt, kept: [{ ...newest, madeAt }, ...this.state.kept] });
        return { newBytes: 18_400_000 };
      },
      'backup.prove': ({ id, passphrase }) => {
        if (passphrase.startsWith('wrong'))
          fail('wrong-passphrase', 'This passphrase does not open the backup.');
        const at = new Date().toISOString();
        become({
          lastProofAt: at,
          kept: this.state.kept.map((each) =>
            each.id === id ? { ...each, proof: { at, whole: true } } : each,
          ),
        });
        return {};
      },
      'backup.stop': () => {
        become({ running: null });
        return {};
      },
      'backup.progress': (_, emit) => {
        this.#emits.add(emit);
        return () => this.#emits.delete(emit);
      },
      'backup.beforeLeaving': () => ({ outcome: 'not-needed', message: null }),
      'restore.look': ({ folder = '/media/clinic-disk/dermaspike' }) => {
        if (folder.includes('empty'))
          fail('backup-none', `There is no backup in ${folder}. Connect the medium first.`);
        return {
          folder,
          clinicName: 'Riverside Dermatology',
          userNames: ['Dr Edda Winter', 'Dr Tomas Lindqvist'],
          backups: folder.includes('damaged')
            ? kept.map((backup, at) => ({ ...backup, unreadable: at === 0 ? 'damaged' : null }))
            : kept,
          replaces: folder.includes('replace') ? 'Riverside Dermatology' : null,
        };
      },
      'restore.run': ({ access }) => {
        if ('passphrase' in access && access.passphrase.startsWith('wrong'))
          fail('wrong-passphrase', 'This passphrase does not open the backup.');
        for (const emit of this.#restores) emit({ share: 0.4 });
        restored();
        return {
          state: 'locked',
          clinicName: 'Riverside Dermatology',
          demo: false,
          userNames: ['Dr Edda Winter', 'Dr Tomas Lindqvist'],
        };
      },
      'restore.progress': (_, emit) => {
        this.#restores.add(emit);
        return () => this.#restores.delete(emit);
      },
    };
  }
}
