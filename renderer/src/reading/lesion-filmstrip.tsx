import type { Lesion } from '../../../src/clinic/entities/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Filmstrip } from '../ui/filmstrip.tsx';
import { verdictOf } from '../wording/verdict.ts';

/** The lesion's images through time, the one on the screen among them. */
export function LesionFilmstrip({ lesion, imageId }: { lesion: Lesion; imageId: string }) {
  const { data } = useStationQuery('patients.get', { patientId: lesion.patientId });
  const entries = data?.lesions.find((each) => each.lesion.id === lesion.id)?.images ?? [];
  const images = entries
    .map(({ image, reading, review }) => ({
      imageId: image.id,
      at: image.capturedAt ?? image.importedAt,
      verdict: verdictOf(reading),
      review,
    }))
    .sort((a, b) => (a.at < b.at ? -1 : 1));
  return (
    <Filmstrip label={`Images of lesion ${lesion.label}`} images={images} currentId={imageId} />
  );
}
