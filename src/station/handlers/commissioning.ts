import type { Handlers } from '../../processes/channel.ts';
import type { commissioningProcedures } from '../contract/commissioning.ts';
import { StationError } from '../errors.ts';
import type { StationContext } from './context.ts';

export function commissioningHandlers({
  session,
  trial,
  heads,
  changed,
}: StationContext): Handlers<typeof commissioningProcedures> {
  const current = () => {
    const { networkSha256, sha256: headSha256 } = heads.active(session.store).head;
    return session.store.commissioning.newest({ networkSha256, headSha256 });
  };
  return {
    'commissioning.current': current,
    'commissioning.begin': (file) => {
      session.begin().untilLocked.addEventListener('abort', () => trial.end(), { once: true });
      return trial.begin(file);
    },
    'commissioning.check': async ({ fileName, bytes }, { signal }) => {
      const work = session.begin();
      const outcome = await trial.check(fileName, bytes, signal);
      work.assertOpen();
      return { outcome };
    },
    'commissioning.report': () => trial.report(),
    'commissioning.keep': ({ useThreshold }) => {
      const { store, user } = session;
      const report = trial.report();
      const melanomaThreshold = useThreshold ? (report.threshold?.melanoma ?? null) : null;
      if (useThreshold && melanomaThreshold === null)
        throw new StationError('invalid-input', 'These images give no threshold for melanoma.');
      const kept = store.transaction(() => {
        const { id } = store.commissioning.add({ userId: user.id, report, melanomaThreshold });
        const action = 'commissioning.keep';
        store.audit.append({ userId: user.id, action, subject: `commissioning:${id}` });
        return store.commissioning.newest(report);
      });
      if (!kept) throw new StationError('internal', 'The report was not kept. Try again.');
      trial.end();
      changed.emit(['commissioning']);
      return kept;
    },
  };
}
