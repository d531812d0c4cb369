import type { Handlers } from '../../processes/channel.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { measuringProcedures } from '../contract/measuring.ts';
import { courseOfLesion } from '../course.ts';
import { changeRecord, type StationContext } from './context.ts';

export function measuringHandlers(context: StationContext): Handlers<typeof measuringProcedures> {
  const { session, measurer, changed } = context;
  const measuredOf = ({ measuring }: ClinicStore, imageId: string) => ({
    imageId,
    scale: measuring.scaleOf(imageId),
    outline: measuring.outlineOf(imageId),
  });
  /** `imageId` is of the image that is measured. */
  const change = <T extends { readonly id: string }>(
    action: `${string}.${string}`,
    imageId: string | undefined,
    work: (store: ClinicStore, userId: string) => T,
  ): T =>
    changeRecord(context, { action, topics: ['measures'], ...alsoOf(imageId) }, (store) =>
      work(store, session.user.id),
    );

  return {
    'measuring.ofImage': ({ imageId }) => {
      const { store } = session;
      const { device } = store.images.get(imageId);
      const profiles = device === null ? [] : store.measuring.profilesOf(device);
      return { ...measuredOf(store, imageId), profiles };
    },
    'measuring.ofLesion': ({ lesionId }) => {
      const { store } = session;
      return store.images.listByLesion(lesionId).map(({ id }) => measuredOf(store, id));
    },
    'measuring.course': ({ lesionId }) => courseOfLesion(session.store, lesionId),
    'measuring.propose': async ({ imageId, which }, { signal }) => {
      const work = session.begin();
      const { found, proposed } = await measurer.propose(work, imageId, which, signal);
      work.assertOpen();
      if (!proposed) return { found, outline: null };
      const outline = change('outline.propose', imageId, ({ measuring }, userId) =>
        measuring.addOutline(imageId, proposed, userId),
      );
      return { found, outline };
    },
    'measuring.outline': async ({ imageId, controls }, { signal }) => {
      const work = session.begin();
      const drawn = await measurer.drawn(work, imageId, controls, signal);
      work.assertOpen();
      return change('outline.draw', imageId, ({ measuring }, userId) =>
        measuring.addOutline(imageId, drawn, userId),
      );
    },
    'measuring.snap': ({ imageId, controls }, { signal }) =>
      measurer.snap(session.begin(), imageId, controls, signal),
    'measuring.takeOutlineBack': ({ imageId }) =>
      change('outline.take-back', imageId, ({ measuring }) => measuring.withdrawOutline(imageId)),
    'measuring.findRuler': ({ imageId }, { signal }) =>
      measurer.findRuler(session.begin(), imageId, signal),
    'measuring.calibrate': async ({ imageId, by }, { signal }) => {
      const work = session.begin();
      const scale = await measurer.scaleBy(work, imageId, by, signal);
      work.assertOpen();
      return change('scale.set', imageId, ({ measuring }, userId) =>
        measuring.addScale(imageId, scale, userId),
      );
    },
    'measuring.takeScaleBack': ({ imageId }) =>
      change('scale.take-back', imageId, ({ measuring }) => measuring.withdrawScale(imageId)),
    'measuring.profiles': () => session.store.measuring.profiles(),
    'measuring.addProfile': ({ imageId, magnification }) =>
      change('profile.add', imageId, (store, userId) =>
        store.measuring.addProfile(measurer.profileBy(store, imageId, magnification), userId),
      ),
    'measuring.applyProfile': ({ profileId }) => {
      const { store, user } = session;
      const images = store.transaction(() => {
        const scaled = measurer.scaledBy(store, store.measuring.profile(profileId));
        for (const { imageId, scale } of scaled) {
          const { id } = store.measuring.addScale(imageId, scale, user.id);
          const subject = `scale:${id} image:${imageId}`;
          store.audit.append({ userId: user.id, action: 'scale.set', subject });
        }
        return scaled.length;
      });
      changed.emit(['measures']);
      return { images };
    },
    'measuring.withdrawProfile': ({ profileId }) =>
      change('profile.withdraw', undefined, ({ measuring }) =>
        measuring.withdrawProfile(profileId),
      ),
  };
}

const alsoOf = (imageId: string | undefined) => (imageId ? { also: `image:${imageId}` } : {});
