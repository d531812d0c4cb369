import type { Handlers } from '../../processes/channel.ts';
import type { erasureProcedures } from '../contract/erasures.ts';
import type { StationContext } from './context.ts';

export function erasureHandlers({
  session,
  eraser,
}: Pick<StationContext, 'session' | 'eraser'>): Handlers<typeof erasureProcedures> {
  return {
    'erasures.plan': ({ subject }) => eraser.plan(session.begin(), subject),
    'erasures.erase': (order, { signal }) => eraser.erase(session.begin(), order, signal),
    'erasures.cameBack': async () => {
      const { store, assertOpen } = session.begin();
      const subjects = await eraser.cameBack(store);
      assertOpen();
      return subjects.map((subject) => {
        const lesion =
          subject.kind === 'image'
            ? store.lesions.get(store.images.get(subject.id).lesionId)
            : null;
        const overview = subject.kind === 'overview' ? store.overviews.get(subject.id) : null;
        return {
          ...{ subject, lesion },
          patient: store.patients.get(lesion?.patientId ?? overview?.patientId ?? subject.id),
        };
      });
    },
    'erasures.listState': async () => {
      const { store, assertOpen } = session.begin();
      return eraser.listState(store).finally(assertOpen);
    },
    'erasures.mendList': async () => {
      const work = session.begin();
      await eraser.mendList(work);
      work.assertOpen();
      return {};
    },
    'erasures.list': () => session.store.erasures.list(),
  };
}
