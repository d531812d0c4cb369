import { needsSecondUser } from '../access.ts';
import type { ClassOverview } from '../contract/index.ts';
import type { Session } from '../session.ts';
import type { ActiveHeads } from './active-heads.ts';
import { planned } from './learning.ts';

/** All that the screen of the classes shows at once. */
export function overviewOf(
  { store }: Session,
  heads: ActiveHeads,
  canLearn: boolean,
): ClassOverview {
  const { head, number, isLost } = heads.active(store);
  const changes = store.classExamples.changes();
  const plan = planned(
    heads,
    changes.map(({ change }) => change),
  );
  const versions = store.headVersions.list();
  const active = versions.find((version) => version.number === number);
  const parents = new Map(
    planned(heads, active?.changes ?? []).classes.map(({ code, parent }) => [code, parent]),
  );
  const job = store.rescorings.newest();
  const former = store.headVersions.former();
  const isFormerGone = versions.some(
    (version) => version.number === former?.number && version.state === 'erased',
  );
  return {
    classes: head.classes.map(({ code, name, gravity }) => ({
      ...{ code, name, gravity },
      parent: parents.get(code) ?? null,
    })),
    proposed: [...plan.classes],
    changes,
    versions,
    active: number,
    shippedName: heads.shipped.name,
    isLost,
    ...(former && !isFormerGone && { former: former.number }),
    examples: store.classExamples.countByCode(),
    withheld: store.classExamples.countWithheld(),
    canLearn,
    rescoring: job && { ...job, changes: store.rescorings.countChanges(job.seq) },
    needsSecondUser: needsSecondUser(store, 'classes.approve'),
  };
}
