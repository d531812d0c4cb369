import { loadStatistics, type ShippedModel } from '../../clinic/model.ts';
import { type ModelStatistics, type Place, Projection } from '../../snn/learning/index.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { ClassMap, MapPoint } from '../contract/index.ts';

/** Where classes and images lie in the plane that tells the shipped classes apart best. */
export class ClassMapper {
  readonly #model: ShippedModel;
  #known: { statistics: ModelStatistics; projection: Projection } | null | undefined;

  constructor(model: ShippedModel) {
    this.#model = model;
  }

  /** All examples that the network has read. `null` where there are no statistics. */
  ofExamples(store: ClinicStore): ClassMap | null {
    const byImage = Map.groupBy(
      store.classExamples.learnable(this.#model.sha256),
      ({ imageId }) => imageId,
    );
    return this.#with((projection) =>
      [...byImage].flatMap(([imageId, [first, ...others]]) => {
        if (!first) return [];
        const codes = [first, ...others].map(({ code }) => code);
        return pointOf(store, imageId, codes, projection.place(first.counts));
      }),
    );
  }

  /** Images with what their network counted of them, in their order. */
  ofImages(
    store: ClinicStore,
    images: readonly { readonly imageId: string; readonly counts: Int32Array }[],
  ): ClassMap | null {
    return this.#with((projection) =>
      images.map(({ imageId, counts }) => {
        const codes = store.classExamples.listByImage(imageId).map(({ code }) => code);
        return pointOf(store, imageId, codes, projection.place(counts));
      }),
    );
  }

  #with(points: (projection: Projection) => MapPoint[]): ClassMap | null {
    if (this.#known === undefined) {
      const statistics = loadStatistics(this.#model);
      this.#known = statistics && {
        statistics,
        projection: new Projection(statistics.classes.map((each) => each.statistics)),
      };
    }
    if (!this.#known) return null;
    const { statistics, projection } = this.#known;
    return {
      classes: statistics.classes.map(({ code, statistics: own }) => ({
        code,
        ...projection.cloud(own),
      })),
      points: points(projection),
    };
  }
}

function pointOf(store: ClinicStore, imageId: string, codes: string[], place: Place): MapPoint {
  const lesion = store.lesions.get(store.images.get(imageId).lesionId);
  return { imageId, lesionLabel: lesion.label, codes, place };
}
