import type { RecentChange } from '../../clinic/entities/index.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { Topic } from '../contract/index.ts';
import type { recentProcedures } from '../contract/recent.ts';
import { StationError } from '../errors.ts';
import { obstacle, takeBack } from '../undoing.ts';
import type { StationContext } from './context.ts';

const topics = [
  'patients',
  'lesions',
  'images',
  'consents',
  'overviews',
] satisfies readonly Topic[];

export function recentHandlers({
  session,
  changed,
}: StationContext): Handlers<typeof recentProcedures> {
  return {
    'recent.list': () => {
      const { store, user } = session;
      return store.recentChanges.listByUser(user.id).map((change) => ({
        change,
        patient: store.patients.get(change.patientId),
        ...labelsOf(store, change),
        obstacle: obstacle(store, change, user.role),
      }));
    },
    'recent.undo': ({ changeId }) => {
      const { store, user } = session;
      store.transaction(() => {
        const change = store.recentChanges.get(changeId, user.id);
        const why = obstacle(store, change, user.role);
        if (why !== null)
          throw new StationError('changed-meanwhile', `${why} Nothing was changed.`);
        takeBack(store, change, user.id);
        store.recentChanges.markUndone(changeId);
        const [kind] = change.did.act.split('.');
        const subject = change.did.act === 'patient.merge' ? change.patientId : change.subjectId;
        store.audit.append({
          userId: user.id,
          action: `${change.did.act}-undone`,
          subject: `${kind}:${subject}`,
        });
      });
      changed.emit(topics);
      return {};
    },
  };
}

function labelsOf(store: ClinicStore, { did, subjectId }: RecentChange) {
  const labelOf = (lesionId: string) => store.lesions.get(lesionId).label;
  switch (did.act) {
    case 'image.move':
      return { lesionLabel: labelOf(did.toLesionId), otherLabel: null };
    case 'image.remove':
      return { lesionLabel: labelOf(store.images.get(subjectId).lesionId), otherLabel: null };
    case 'lesion.merge':
      return { lesionLabel: labelOf(subjectId), otherLabel: labelOf(did.intoLesionId) };
    case 'overview.mark':
      return { lesionLabel: labelOf(did.lesionId), otherLabel: null };
    case 'lesion.update':
    case 'lesion.close':
    case 'lesion.remove':
      return { lesionLabel: labelOf(subjectId), otherLabel: null };
    default:
      return { lesionLabel: null, otherLabel: null };
  }
}
