import { existsSync } from 'node:fs';
import path from 'node:path';
import { patientDetails, type RescoringChange } from '../../clinic/entities/index.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { ClinicStore } from '../../store/index.ts';
import { approveVersion } from '../classes/approval.ts';
import { ClassMapper } from '../classes/class-map.ts';
import { learnVersions, planned } from '../classes/learning.ts';
import { Neighbours } from '../classes/neighbours.ts';
import { overviewOf } from '../classes/overview.ts';
import { exportPack, importPack, inspectPack } from '../classes/packs.ts';
import { planImport } from '../classes/plan-import.ts';
import { rescoredItem } from '../classes/rescorer.ts';
import type { classProcedures } from '../contract/classes.ts';
import { readingLabels, StationError } from '../errors.ts';
import { Veil } from '../veil.ts';
import type { StationContext } from './context.ts';
import { placedImageEntry } from './image-entry.ts';

/** On the map around an image; as many as `classes.neighbours` shows if not asked for another number. */
const NEIGHBOURS_SHOWN = 6;

export function classHandlers(context: StationContext): Handlers<typeof classProcedures> {
  const { session, heads, rescorer, importer, changed } = context;
  const neighbours = new Neighbours();
  const mapper = new ClassMapper(heads.model);
  const canLearn = existsSync(path.join(heads.model.folder, 'statistics.json'));

  /** Makes a change with its audit entry, then tells the screens. */
  const audited = <T>(action: string, subject: string, work: (store: ClinicStore) => T): T => {
    const { store, user } = session;
    const result = store.transaction(() => {
      const done = work(store);
      store.audit.append({ userId: user.id, action, subject });
      return done;
    });
    changed.emit(['classes']);
    return result;
  };
  /** By the network that reads; `undefined` where it has not read the image. */
  const newestCounts = (store: ClinicStore, imageId: string) => {
    const [reading] = store.readings
      .listByImage(imageId)
      .filter(({ networkSha256 }) => networkSha256 === heads.model.sha256);
    return reading && store.readings.spikeCounts(reading.id);
  };
  const nearestTo = (store: ClinicStore, imageId: string, counts: Int32Array, limit: number) =>
    neighbours.nearest(
      store,
      heads.model.sha256,
      { imageId, counts, limit },
      (other) => store.images.get(other).removedAt === null,
    );
  const placed = (changes: readonly RescoringChange[]) => {
    const veil = new Veil(session);
    return changes.map((change) => ({
      ...change,
      entry: placedImageEntry(session.store, change.imageId, veil),
    }));
  };

  return {
    'classes.overview': () => overviewOf(session, heads, canLearn),
    'classes.change': ({ change }) =>
      audited('class.change', `class:${change.kind}`, (store) => {
        const made = store.classExamples.changes().map((each) => each.change);
        planned(heads, [...made, change]);
        const id = store.classExamples.addChange(change, session.user.id);
        const stored = store.classExamples.changes().find((each) => each.id === id);
        if (!stored) throw new RangeError('A change that was just made is gone');
        return stored;
      }),
    'classes.undoChange': ({ changeId }) =>
      audited('class.undo', `class-change:${changeId}`, (store) => {
        const left = store.classExamples.changes().filter(({ id }) => id !== changeId);
        planned(
          heads,
          left.map(({ change }) => change),
        );
        store.classExamples.undoChange(changeId);
        return {};
      }),
    'classes.examples': ({ code }) => {
      const { store } = session;
      const veil = new Veil(session);
      return store.classExamples
        .list()
        .filter((example) => example.code === code)
        .map((example) => ({
          ...placedImageEntry(store, example.imageId, veil),
          example,
          others: store.classExamples
            .listByImage(example.imageId)
            .flatMap((each) => (each.code === code ? [] : [each.code])),
        }));
    },
    'classes.examplesOf': ({ imageIds }) => {
      const { store } = session;
      return imageIds.map((imageId) => ({
        imageId,
        own: confirmedAs(store, imageId),
        ofLesion: store.classExamples.codesOfLesion(imageId),
      }));
    },
    'classes.addExamples': ({ examples, code }) => {
      assertClass(context, code);
      return audited('class.add-examples', `class:${code} images:${examples.length}`, (store) => {
        for (const { imageId, confirmedBy } of examples) {
          store.images.get(imageId);
          store.classExamples.add(imageId, code, confirmedBy, session.user.id);
        }
        return {};
      });
    },
    'classes.withdrawExamples': ({ imageIds, code }) =>
      audited('class.withdraw-examples', `class:${code} images:${imageIds.length}`, (store) => {
        for (const imageId of imageIds) store.classExamples.withdraw(imageId, code);
        return {};
      }),
    'classes.planImport': ({ labels, fileNames }) =>
      readingLabels(() => planImport(labels, fileNames, knownCodes(context))),
    'classes.importExample': async (
      { collection, lesion, code, confirmedBy, fileName, bytes },
      { signal },
    ) => {
      assertClass(context, code);
      const work = session.begin();
      const { store, userId } = work;
      const lesionId = store.transaction(() => collectionLesion(store, collection, lesion));
      const result = await importer.import(work, { lesionId, fileName, bytes }, { signal });
      work.assertOpen();
      store.transaction(() => {
        store.classExamples.add(result.image.id, code, confirmedBy, userId);
        const subject = `class:${code} image:${result.image.id}`;
        store.audit.append({ userId, action: 'class.import-example', subject });
      });
      changed.emit(['classes', 'images', 'readings', 'patients']);
      if (result.outcome === 'duplicate') return { outcome: 'duplicate' };
      return { outcome: result.reading ? 'imported' : 'unread' };
    },
    'classes.evaluate': async (_, { signal }) => {
      const versions = await learnVersions(session.begin(), heads, signal);
      changed.emit(['classes']);
      return versions;
    },
    'classes.approve': ({ number, reason }) =>
      audited('head.approve', `head:${number}`, (store) =>
        approveVersion(store, session.user, number, reason),
      ),
    'classes.activate': ({ number }) => {
      audited('head.activate', `head:${number ?? 'shipped'}`, (store) => {
        const before = heads.active(store).head;
        const version = number === null ? null : store.headVersions.get(number);
        if (version && version.state !== 'approved' && version.state !== 'active') {
          throw new StationError(
            'learning-refused',
            `Version ${version.number} is not approved. Approve it first.`,
          );
        }
        const head = version ? heads.find(store, version.headSha256) : heads.shipped;
        if (!head) {
          throw new StationError(
            'learning-refused',
            `Version ${number} was learned on another network than this program's. Learn it again.`,
          );
        }
        if (head.sha256 === before.sha256 && store.headVersions.active()?.number === number) return;
        heads.put(store, before);
        heads.put(store, head);
        store.headVersions.activate({ number, headSha256: head.sha256 }, session.user.id);
        store.rescorings.start(head.sha256, before.sha256, session.user.id);
      });
      changed.emit(['readings', 'images']);
      rescorer.wake();
      return {};
    },
    'classes.retire': ({ number }) =>
      audited('head.retire', `head:${number}`, (store) => {
        const version = store.headVersions.get(number);
        if (version.state === 'active') {
          throw new StationError(
            'learning-refused',
            `Version ${number} reads just now. Activate another one first.`,
          );
        }
        if (version.state !== 'retired') store.headVersions.retire(version, session.user.id);
        return store.headVersions.get(number);
      }),
    'classes.compare': ({ number, images }) => {
      const { store } = session;
      const version = store.headVersions.get(number);
      const candidate = heads.find(store, version.headSha256);
      const { head: active } = heads.active(store);
      if (!candidate) return { images: 0, changes: [] };
      const items = store.rescorings
        .newestReadings(candidate.sha256, active.sha256, images)
        .filter(({ networkSha256 }) => networkSha256 === candidate.networkSha256);
      const changes = items.flatMap((item) => {
        const { before, after } = rescoredItem(item, candidate, active);
        const isSame = before.kind === after.kind && before.code === after.code;
        return isSame ? [] : [{ imageId: item.imageId, before, after }];
      });
      return {
        images: items.length,
        changes: placed(store.rescorings.ordered(changes).slice(0, 100)),
      };
    },
    'classes.pauseRescoring': ({ isPaused }) => {
      const { store } = session;
      const job = store.rescorings.newest();
      if (job && job.endedAt === null) store.rescorings.setPaused(job.seq, isPaused);
      changed.emit(['classes']);
      if (!isPaused) rescorer.wake();
      return {};
    },
    'classes.changedReadings': ({ limit }) => {
      const { store } = session;
      const job = store.rescorings.newest();
      return job ? placed(store.rescorings.changes(job.seq, limit)) : [];
    },
    'classes.exportPack': ({ code }) => {
      const bytes = exportPack(session, heads, code);
      audited('class.export', `class:${code}`, () => {});
      return { bytes, fileName: `${code}.dermaspike-class` };
    },
    'classes.inspectPack': ({ bytes }) => inspectPack(session.store, heads, bytes),
    'classes.importPack': ({ bytes, trust }) => {
      const { code } = inspectPack(session.store, heads, bytes);
      return audited('class.import', `class:${code}`, (store) => {
        importPack(session, heads, bytes, trust);
        return inspectPack(store, heads, bytes);
      });
    },
    'classes.map': ({ around }) => {
      const { store } = session;
      if (around === null) return mapper.ofExamples(store);
      const counts = newestCounts(store, around);
      if (!counts) return null;
      const near = nearestTo(store, around, counts, NEIGHBOURS_SHOWN).flatMap(({ imageId }) => {
        const theirs = newestCounts(store, imageId);
        return theirs ? { imageId, counts: theirs } : [];
      });
      return mapper.ofImages(store, [{ imageId: around, counts }, ...near]);
    },
    'classes.neighbours': ({ imageId, limit }) => {
      const { store } = session;
      const veil = new Veil(session);
      const counts = newestCounts(store, imageId);
      if (!counts) return [];
      return nearestTo(store, imageId, counts, limit).map(({ imageId: other, likeness }) => ({
        ...placedImageEntry(store, other, veil),
        likeness,
        confirmed: confirmedAs(store, other),
      }));
    },
  };
}

/** What an image is an example of. */
function confirmedAs(store: ClinicStore, imageId: string) {
  return store.classExamples
    .listByImage(imageId)
    .map(({ code, confirmedBy }) => ({ code, confirmedBy }));
}

function knownCodes({ session, heads }: StationContext): ReadonlySet<string> {
  const changes = session.store.classExamples.changes().map(({ change }) => change);
  return new Set(planned(heads, changes).origins.keys());
}

function assertClass(context: StationContext, code: string): void {
  if (knownCodes(context).has(code)) return;
  throw new StationError('learning-refused', `There is no class "${code}". Add it first.`);
}

/** The lesion of this name in a collection, made where it is not there yet. */
function collectionLesion(store: ClinicStore, collection: string, label: string): string {
  const patientId =
    store.classExamples.collection(collection) ??
    store.patients.enrol(patientDetails.parse({ familyName: 'Examples', givenName: collection }))
      .id;
  if (store.classExamples.collection(collection) === null) {
    store.classExamples.addCollection(collection, patientId);
  }
  const known = store.lesions.listByPatient(patientId).find((lesion) => lesion.label === label);
  const place = { bodySite: 'unspecified', laterality: 'unspecified', position: null } as const;
  return known?.id ?? store.lesions.add(patientId, { label, ...place, note: '' }).id;
}
