import type { Overview, RecentAct } from '../../clinic/entities/index.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { overviewProcedures } from '../contract/overviews.ts';
import { importOverview } from '../overview-import.ts';
import { enterRead } from '../patient-reads.ts';
import { changeRecord, type StationContext } from './context.ts';

const topics = ['overviews'] as const;

export function overviewHandlers(context: StationContext): Handlers<typeof overviewProcedures> {
  const { session, decoder, changed } = context;
  const change = (act: string, work: (store: ClinicStore) => Overview): Overview =>
    changeRecord(context, { action: `overview.${act}`, topics }, work);
  const note = (store: ClinicStore, { id, patientId }: Overview, did: RecentAct) =>
    store.recentChanges.note({ userId: session.user.id, patientId, subjectId: id, did });

  return {
    'overviews.ofPatient': ({ patientId }) => {
      const { patients, overviews } = session.store;
      const { id } = patients.get(patientId);
      const markers = Map.groupBy(overviews.markersOfPatient(id), (marker) => marker.overviewId);
      return {
        overviews: overviews
          .listByPatient(id)
          .map((overview) => ({ overview, markers: markers.get(overview.id) ?? [] })),
        removed: overviews.listRemoved(id),
      };
    },
    'overviews.get': ({ overviewId }) => {
      const { patients, overviews } = session.store;
      const overview = overviews.get(overviewId);
      enterRead(session, overview.patientId);
      return {
        overview,
        patient: patients.get(overview.patientId),
        markers: overviews.markersIn(overviewId),
      };
    },
    'overviews.ofLesion': ({ lesionId }) => {
      const { lesions, overviews } = session.store;
      const lesion = lesions.find(lesionId) ?? lesions.get(lesionId);
      const markers = new Map(
        overviews.markersOfLesion(lesion.id).map((marker) => [marker.overviewId, marker]),
      );
      return overviews.listByPatient(lesion.patientId).flatMap((overview) => {
        const marker = markers.get(overview.id);
        return marker ? [{ overview, marker }] : [];
      });
    },
    'overviews.thumbnail': ({ overviewId }) => ({
      bytes: session.store.overviews.thumbnail(overviewId),
      mediaType: 'image/jpeg',
    }),
    'overviews.rendition': ({ overviewId, maxSidePx }, { signal }) => {
      const { overviews } = session.store;
      const { fileName } = overviews.get(overviewId);
      return decoder.render(overviews.original(overviewId), { fileName, maxSidePx, signal });
    },
    'overviews.import': async (file, { signal }) => {
      const result = await importOverview(decoder, session.begin(), file, signal);
      if (result.outcome === 'imported') changed.emit(topics);
      return result;
    },
    'overviews.setRegion': ({ overviewId, region }) =>
      change('update', (store) => {
        const before = store.overviews.get(overviewId);
        const after = store.overviews.setRegion(overviewId, region);
        note(store, after, {
          act: 'overview.update',
          before: { region: before.region },
          after: { region },
        });
        return after;
      }),
    'overviews.mark': ({ overviewId, lesionId, at }) => {
      const { store, user } = session;
      const marker = store.transaction(() => {
        const { overviews } = store;
        const { id } = store.lesions.getMerged(lesionId);
        const before = overviews.markerOf(overviewId, id);
        const marked = overviews.mark(overviewId, id, at, user.id);
        note(store, overviews.get(overviewId), {
          ...{ act: 'overview.mark', lesionId: id },
          ...{ before: pointOf(before), after: pointOf(marked) },
        });
        const action = at === null ? 'overview.unmark' : 'overview.mark';
        const subject = `overview:${overviewId} lesion:${id}`;
        store.audit.append({ userId: user.id, action, subject });
        return marked;
      });
      changed.emit(topics);
      return { marker };
    },
    'overviews.remove': ({ overviewId }) =>
      change('remove', (store) => {
        const removed = store.overviews.remove(overviewId);
        if (removed.removedAt !== null)
          note(store, removed, { act: 'overview.remove', removedAt: removed.removedAt });
        return removed;
      }),
    'overviews.restore': ({ overviewId }) =>
      change('restore', ({ overviews }) => overviews.restore(overviewId)),
  };
}

const pointOf = (at: { readonly x: number; readonly y: number } | null) =>
  at && { x: at.x, y: at.y };
