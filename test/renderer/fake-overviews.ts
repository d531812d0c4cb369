import type { Overview, OverviewMarker, OverviewRegion } from '../../src/clinic/entities/index.ts';
import type { Handlers } from '../../src/processes/channel.ts';
import type { StationContract } from '../../src/station/contract/index.ts';
import type { Clinic } from './fake-clinic.ts';
import { fail } from './fake-errors.ts';
import { fakeHash, fakeId } from './fake-records.ts';
import { drawOverview } from './phantom.ts';

type Stored = Overview & { markers: OverviewMarker[] };

/** Many enough that nobody scrolls past them unawares. */
const largeCount = 200;

const begun: readonly [
  OverviewRegion,
  captured: string | null,
  marked: [number, number, number][],
][] = [
  ['back', '2026-02-03T10:12:00', [[0, 0.64, 0.36]]],
  ['left-arm', null, [[1, 0.42, 0.6]]],
  ['back', '2024-05-21T09:40:00', [[0, 0.62, 0.37]]],
];

/** The first patient has three photographs, two of them of the back, with lesions marked in them. */
export function fakeOverviews(
  clinic: Clinic,
  changed: (...topics: string[]) => void,
  isLarge: boolean,
): Pick<
  Handlers<StationContract>,
  | 'overviews.ofPatient'
  | 'overviews.get'
  | 'overviews.ofLesion'
  | 'overviews.thumbnail'
  | 'overviews.rendition'
  | 'overviews.import'
  | 'overviews.setRegion'
  | 'overviews.mark'
  | 'overviews.remove'
  | 'overviews.restore'
> {
  let all: Stored[] | undefined;
  const stored = () => {
    all ??= begin(clinic, isLarge);
    all = all.filter(({ id }) => !clinic.erasedOverviews.has(id));
    return all;
  };
  const get = (id: string) =>
    stored().find((each) => each.id === id) ?? fail('not-found', 'This photograph is gone.');
  const told = ({ markers: _, ...overview }: Stored): Overview => overview;
  const entry = (each: Stored) => ({
    overview: told(each),
    markers: each.markers.filter(
      ({ lesionId }) => !each.removedAt && clinic.lesion(lesionId).removedAt === null,
    ),
  });
  const draw = async (id: string, sidePx: number) => ({
    bytes: await drawOverview(sidePx, get(id).region !== 'left-arm'),
    mediaType: 'image/png',
  });
  const setRemoved = (id: string, removedAt: string | null) => {
    const found = Object.assign(get(id), { removedAt });
    changed('overviews');
    return told(found);
  };
  const current = () => stored().filter(({ removedAt }) => removedAt === null);
  return {
    'overviews.ofPatient': ({ patientId }) => {
      const own = stored().filter((each) => each.patientId === patientId);
      return {
        overviews: own.filter(({ removedAt }) => removedAt === null).map(entry),
        removed: own.filter(({ removedAt }) => removedAt !== null).map(told),
      };
    },
    'overviews.get': ({ overviewId }) => {
      const found = get(overviewId);
      return { ...entry(found), patient: clinic.patient(found.patientId) };
    },
    'overviews.ofLesion': ({ lesionId }) =>
      current().flatMap((each) => {
        const marker = each.markers.find((one) => one.lesionId === lesionId);
        return marker ? [{ overview: told(each), marker }] : [];
      }),
    'overviews.thumbnail': ({ overviewId }) => draw(overviewId, 320),
    'overviews.rendition': ({ overviewId, maxSidePx }) =>
      draw(overviewId, Math.min(maxSidePx, 1600)),
    'overviews.import': ({ patientId, region, fileName, bytes }) => {
      if (bytes.length === 0) fail('empty-file', `${fileName} is empty: it holds no image.`);
      if (fileName.endsWith('.txt'))
        fail('not-an-image', `${fileName} is not an image that can be read. Import JPEG or PNG.`);
      const existing = current().find((each) => each.fileName === fileName);
      if (existing)
        return {
          outcome: 'duplicate',
          overview: told(existing),
          patient: clinic.patient(existing.patientId),
        };
      const added = fakeOverview(patientId, region, null, fileName);
      stored().unshift(added);
      changed('overviews');
      return { outcome: 'imported', overview: told(added) };
    },
    'overviews.setRegion': ({ overviewId, region }) => {
      const found = Object.assign(get(overviewId), { region });
      changed('overviews');
      return told(found);
    },
    'overviews.mark': ({ overviewId, lesionId, at }) => {
      const found = get(overviewId);
      found.markers = found.markers.filter((each) => each.lesionId !== lesionId);
      const marker = at && fakeMarker(overviewId, lesionId, at);
      if (marker) found.markers.push(marker);
      changed('overviews');
      return { marker };
    },
    'overviews.remove': ({ overviewId }) => setRemoved(overviewId, new Date().toISOString()),
    'overviews.restore': ({ overviewId }) => setRemoved(overviewId, null),
  };
}

function begin(clinic: Clinic, isLarge: boolean): Stored[] {
  const [patient] = clinic.patients;
  if (!patient) return [];
  const lesions = clinic.lesions.filter(({ patientId }) => patientId === patient.id);
  const first = begun.map(([region, capturedAt, marked], at) => {
    const added = fakeOverview(patient.id, region, capturedAt, `DSC_${2001 + at}.JPG`);
    for (const [index, x, y] of marked) {
      const lesion = lesions[index];
      if (lesion) added.markers.push(fakeMarker(added.id, lesion.id, { x, y }));
    }
    return added;
  });
  const more = Array.from({ length: isLarge ? largeCount - first.length : 0 }, (_, at) =>
    fakeOverview(
      patient.id,
      'back',
      `2019-01-01T00:00:${String(at % 60).padStart(2, '0')}`,
      `DSC_${3001 + at}.JPG`,
    ),
  );
  return [...first, ...more];
}

const fakeMarker = (overviewId: string, lesionId: string, { x, y }: { x: number; y: number }) => ({
  ...{ overviewId, lesionId, x, y, placedByName: 'Dr Edda Winter' },
  placedAt: new Date().toISOString(),
});

const fakeOverview = (
  patientId: string,
  region: OverviewRegion,
  capturedAt: string | null,
  fileName: string,
): Stored => ({
  ...{ id: fakeId(), patientId, region, capturedAt, fileName, sha256: fakeHash(7) },
  ...{ format: 'jpeg', widthPx: 3000, heightPx: 4000, byteLength: 4_200_000, device: null },
  ...{ importedAt: new Date().toISOString(), importedByName: 'Dr Edda Winter', removedAt: null },
  markers: [],
});
