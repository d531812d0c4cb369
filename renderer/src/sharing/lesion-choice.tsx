import { useId, useState } from 'react';
import { caseLimits } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { SharingPlan } from '../../../src/station/contract/index.ts';
import { Button } from '../ui/button.tsx';
import { siteText } from '../wording/anatomy.ts';
import { countText } from '../wording/counts.ts';

type Planned = SharingPlan['lesions'][number];

/** Which of the lesions go along: at first all of those that may. */
export function useLesionChoice({ lesions }: SharingPlan) {
  const may = lesions.filter(({ isHeldBack }) => !isHeldBack);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const chosen = may.filter(({ lesion }) => !left.has(lesion.id));
  return {
    chosen,
    imageIds: chosen.flatMap(({ imageIds }) => imageIds),
    /** Why these cannot be one file. */
    problem: problemOf(chosen),
    has: (lesionId: string) => chosen.some(({ lesion }) => lesion.id === lesionId),
    put: (lesionId: string, isChosen: boolean) => {
      const others = [...left].filter((id) => id !== lesionId);
      setLeft(new Set(isChosen ? others : [...others, lesionId]));
    },
    all: () => setLeft(new Set()),
    none: () => setLeft(new Set(may.map(({ lesion }) => lesion.id))),
  };
}

function problemOf(chosen: readonly Planned[]): string | undefined {
  if (chosen.length === 0) return t('Choose at least one lesion.');
  const images = chosen.reduce((sum, { imageIds }) => sum + imageIds.length, 0);
  const isMore = chosen.length > caseLimits.lesions || images > caseLimits.images;
  const large = chosen.find(({ imageIds }) => imageIds.length > caseLimits.imagesOfLesion);
  if (large)
    return t('Lesion {label} has {images}; one file can hold at most {limit} of a lesion.', {
      label: large.lesion.label,
      images: countText(large.imageIds.length, 'image'),
      limit: caseLimits.imagesOfLesion,
    });
  if (!isMore) return undefined;
  return t(
    'One file holds at most {lesions} and {images}. Take some lesions out, and share them in another file.',
    {
      lesions: countText(caseLimits.lesions, 'lesion'),
      images: countText(caseLimits.images, 'image'),
    },
  );
}

interface LesionChoiceProps {
  lesions: readonly Planned[];
  choice: ReturnType<typeof useLesionChoice>;
}

export function LesionChoice({ lesions, choice }: LesionChoiceProps) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{t('Which lesions')}</h3>
      <ul className="share__lesions">
        {lesions.map(({ lesion, imageIds, isHeldBack }) => (
          <li key={lesion.id}>
            <label className="check">
              <input
                type="checkbox"
                checked={choice.has(lesion.id)}
                disabled={isHeldBack}
                onChange={({ target }) => choice.put(lesion.id, target.checked)}
              />
              <span>
                <strong>{lesion.label}</strong>, {siteText(lesion)}{' '}
                <span className="faint">{countText(imageIds.length, 'image')}</span>
                {isHeldBack && (
                  <>
                    <br />
                    <span className="faint">
                      {t(
                        'You are asked for a blind second opinion about it. Give or decline it first.',
                      )}
                    </span>
                  </>
                )}
              </span>
            </label>
          </li>
        ))}
      </ul>
      <p className="faint">{t('Overview photographs stay here.')}</p>
      {lesions.length > 1 && (
        <div className="share__row">
          <Button small onClick={choice.all}>
            {t('Choose all')}
          </Button>
          <Button small onClick={choice.none}>
            {t('Choose none')}
          </Button>
        </div>
      )}
    </section>
  );
}
