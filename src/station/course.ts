import { type CourseVisit, courseOf, loadCourseModel } from '../clinic/course.ts';
import { daysBetween } from '../clinic/entities/days.ts';
import { inUnits } from '../measuring/index.ts';
import type { ClinicStore } from '../store/index.ts';

type Model = ReturnType<typeof loadCourseModel>;
let model: Model | undefined;

/** Of a lesion's dated visits: where the newest one lies against what was to be expected. */
export function courseOfLesion(store: ClinicStore, lesionId: string) {
  model ??= loadCourseModel();
  const visits = visitsOf(store, model, lesionId);
  const day = visits.at(-1)?.day;
  const course = courseOf(model, visits);
  return day === undefined || course === null ? null : { day, visits: visits.length, ...course };
}

function visitsOf(
  store: ClinicStore,
  { networkSha256 }: Model,
  lesionId: string,
): (CourseVisit & { day: string })[] {
  const dated = store.images.listByLesion(lesionId).flatMap((image) => {
    const day = image.capturedAt?.slice(0, 10);
    return day === undefined ? [] : [{ id: image.id, day }];
  });
  const days = [...new Set(dated.map(({ day }) => day))].sort();
  const [first = ''] = days;
  return days.map((day) => {
    const images = dated.filter((image) => image.day === day);
    const axes = images.flatMap(({ id }) => axisOf(store, id) ?? []);
    return {
      day,
      years: daysBetween(first, day) / 365.25,
      longAxisMm: axes.length > 0 ? axes.reduce((sum, mm) => sum + mm, 0) / axes.length : null,
      counts: images.flatMap(({ id }) => {
        const reading = store.readings.newestByImage(id);
        return reading?.networkSha256 === networkSha256
          ? [store.readings.spikeCounts(reading.id)]
          : [];
      }),
    };
  });
}

/** Millimetres; `null` without an outline or a scale, or of a lesion that the picture cuts. */
function axisOf({ measuring }: ClinicStore, imageId: string): number | null {
  const outline = measuring.outlineOf(imageId);
  const scale = outline && !outline.isCut ? measuring.scaleOf(imageId) : null;
  return outline && scale ? inUnits(outline.measures, scale).longAxis.value : null;
}
