import type { StationInput, StationOutput } from '../../renderer/src/station/connection.ts';
import {
  type ListViews,
  type WaitingVerdict,
  type WorklistView,
  waitingVerdicts,
} from '../../src/clinic/entities/index.ts';
import type { WaitingLesion } from '../../src/station/contract/index.ts';
import type { Clinic } from './fake-clinic.ts';
import { pageOf } from './fake-lists.ts';

type Asked = StationInput<'worklist.counts'>;
type Waiting = ReturnType<Clinic['waitingImages']>[number];
/** Newest image first. */
type Row = WaitingLesion & { readonly images: readonly Waiting[] };

export function fakeWorklist(clinic: Clinic) {
  return {
    'worklist.page': (asked: StationInput<'worklist.page'>) =>
      pageOf(rowsFor(clinic, asked), asked.after ?? null, asked.limit),
    'worklist.counts': (asked: Asked) => countsFor(clinic, asked),
    'worklist.around': ({ imageId, ...asked }: StationInput<'worklist.around'>) => {
      const rows = rowsFor(clinic, asked);
      const ids = rows.flatMap(({ images }) => images.map(({ image }) => image.id));
      const index = ids.indexOf(imageId);
      const { lesionId } = clinic.image(imageId).stored;
      const sibling = rows.find(({ lesion }) => lesion.id === lesionId)?.image.id;
      return {
        previous: ids[index - 1] ?? null,
        next: (index === -1 ? sibling : undefined) ?? ids[index + 1] ?? null,
        position: index === -1 ? null : index + 1,
        images: ids.length,
      };
    },
  };
}

export function fakeViews(changed: (topic: string) => void) {
  const kept = new Map<string, ListViews>();
  const viewsOf = (list: string) => kept.get(list) ?? { left: null, saved: [] };
  return {
    'views.list': ({ list }: StationInput<'views.list'>) => viewsOf(list),
    'views.keep': (view: StationInput<'views.keep'>) => {
      const { saved } = viewsOf(view.list);
      const stored = view as ListViews['saved'][number];
      if (view.name === '') kept.set(view.list, { left: stored, saved });
      else {
        const others = saved.filter(({ name }) => name !== view.name);
        kept.set(view.list, { ...viewsOf(view.list), saved: [...others, stored] });
        changed('views');
      }
      return {};
    },
    'views.drop': ({ list, name }: StationInput<'views.drop'>) => {
      const { left, saved } = viewsOf(list);
      kept.set(list, { left, saved: saved.filter((each) => each.name !== name) });
      changed('views');
      return {};
    },
  };
}

function countsFor(clinic: Clinic, asked: Asked): StationOutput<'worklist.counts'> {
  const rows = rowsFor(clinic, asked);
  const all = rowsFor(clinic, {});
  const whatever = rowsFor(clinic, { ...asked, verdicts: [] });
  const images = (of: readonly Row[]) => of.reduce((sum, { imageCount }) => sum + imageCount, 0);
  return {
    patients: new Set(rows.map(({ patient }) => patient.id)).size,
    lesions: rows.length,
    images: images(rows),
    byVerdict: Object.fromEntries(
      waitingVerdicts.map((verdict) => [
        verdict,
        whatever.filter((row) => row.verdict === verdict).length,
      ]),
    ) as Record<WaitingVerdict, number>,
    all: { lesions: all.length, images: images(all) },
  };
}

const urgency = (verdict: WaitingVerdict) => -waitingVerdicts.indexOf(verdict);

function rowsFor(clinic: Clinic, asked: Asked): Row[] {
  const { text = '', verdicts = [], sites = [], overDays = null, begun = false, only } = asked;
  const since = new Date(Date.now() - (overDays ?? 0) * 86_400_000).toISOString();
  const rows = allRows(clinic)
    .filter(({ patient, lesion, verdict, oldestImportedAt, isBegun }) =>
      [
        `${patient.familyName} ${patient.givenName}`.toLowerCase().includes(text.toLowerCase()),
        verdicts.length === 0 || verdicts.includes(verdict),
        sites.length === 0 || sites.includes(lesion.bodySite),
        oldestImportedAt <= since,
        !begun || isBegun,
        !only || only.includes(lesion.id),
      ].every(Boolean),
    )
    .sort(compare(asked.sort?.by ?? 'verdict'));
  const ordered = asked.sort?.reversed ? rows.reverse() : rows;
  if (asked.sort?.by === 'site') return ordered;
  return [...Map.groupBy(ordered, ({ patient }) => patient.id).values()].flat();
}

function compare(by: WorklistView['sort']['by']) {
  const byKey = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);
  return (a: Row, b: Row): number => {
    switch (by) {
      case 'patient':
        return byKey(a.patient.familyName, b.patient.familyName);
      case 'site':
        return byKey(a.lesion.bodySite, b.lesion.bodySite);
      case 'imported':
        return byKey(b.image.importedAt, a.image.importedAt);
      case 'waiting':
        return byKey(a.oldestImportedAt, b.oldestImportedAt);
      case 'verdict':
        return (
          urgency(b.verdict) - urgency(a.verdict) || byKey(b.image.importedAt, a.image.importedAt)
        );
    }
  };
}

function allRows(clinic: Clinic): Row[] {
  const byLesion = Map.groupBy(
    clinic.waitingImages().filter(({ patient }) => patient.archivedAt === null),
    ({ lesion }) => lesion.id,
  );
  return [...byLesion.values()].flatMap((group) => {
    const images = group.toSorted((a, b) => (a.image.importedAt < b.image.importedAt ? 1 : -1));
    const [newest] = images;
    if (!newest) return [];
    const verdicts = images.map(({ reading }) => reading?.verdict.kind ?? 'not-read');
    return [
      {
        ...newest,
        images,
        imageCount: images.length,
        oldestImportedAt: images.at(-1)?.image.importedAt ?? '',
        verdict: verdicts.toSorted((a, b) => urgency(b) - urgency(a))[0] ?? 'not-read',
        isBegun: images.some(({ isBegun }) => isBegun),
      },
    ];
  });
}
