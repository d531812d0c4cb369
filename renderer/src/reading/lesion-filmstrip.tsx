import type { Lesion } from '../../../src/clinic/entities/index.ts';
import { byText } from '../../../src/clinic/entities/order.ts';
import { t } from '../../../src/language/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Filmstrip } from '../ui/filmstrip.tsx';
import { verdictOf } from '../wording/verdict.ts';

/** The lesion's images through time, the one on the screen among them. */
export function LesionFilmstrip({ lesion, imageId }: { lesion: Lesion; imageId: string }) {
  const { data } = useStationQuery('lesions.get', { lesionId: lesion.id });
  const images = (data?.images ?? [])
    .map(({ image, reading, review }) => ({
      imageId: image.id,
      at: image.capturedAt ?? image.importedAt,
      verdict: verdictOf(reading),
      review,
    }))
    .sort(byText(({ at }) => at));
  return (
    <Filmstrip
      label={t('Images of lesion {label}', { label: lesion.label })}
      images={images}
      currentId={imageId}
    />
  );
}
