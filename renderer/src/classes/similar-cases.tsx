import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { href } from '../routing/routes.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { VerdictMark } from '../ui/verdict.tsx';
import { fixedText } from '../wording/numbers.ts';
import { ClassMap } from './class-map.tsx';
import { confirmationWords } from './confirmation-names.ts';
import './classes.css';

/** The archive's images that the network counted most alike, with what they were confirmed to be. */
export function SimilarCases({ imageId }: { imageId: string }) {
  const [isOpen, setOpen] = useState(false);
  const near = useStationQuery('classes.neighbours', { imageId });
  if (near.data?.length === 0) return null;
  return (
    <details
      className="panel similar-cases"
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{t('Similar cases')}</summary>
      <div className="similar-cases__body">
        <ErrorNotice error={near.error} />
        <ul className="similar">
          {near.data?.map(({ image, lesion, reading, confirmed, likeness }) => (
            <li key={image.id}>
              <a href={href({ screen: 'image', imageId: image.id })}>
                <Thumbnail
                  imageId={image.id}
                  sizePx={96}
                  alt={t('Lesion {label}', { label: lesion.label })}
                />
                <span title={t('Likeness {likeness}', { likeness: fixedText(likeness, 3) })}>
                  {reading && <VerdictMark verdict={reading.verdict.kind} />}{' '}
                  {confirmed.length === 0
                    ? t('Not confirmed')
                    : confirmed
                        .map(
                          ({ code, confirmedBy }) => `${code}, ${confirmationWords[confirmedBy]}`,
                        )
                        .join('; ')}
                </span>
              </a>
            </li>
          ))}
        </ul>
        {isOpen && <ClassMap around={imageId} nameOf={(code) => code} />}
        <p className="faint">
          {t(
            'Alike in what the network counts, not in what they are: a look at the archive, not a diagnosis.',
          )}
        </p>
      </div>
    </details>
  );
}
