import { t } from '../../../src/language/index.ts';
import type { ListedOpinion } from '../../../src/station/contract/index.ts';
import { focusEndRow, moveRowFocus } from '../lists/rows.ts';
import { href } from '../routing/routes.ts';
import { useShortcuts } from '../routing/shortcuts.ts';
import { useMay } from '../station/use-may.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { EmptyState, ErrorNotice, Loading } from '../ui/notices.tsx';
import { Screen } from '../ui/screen.tsx';
import { Section } from '../ui/section.tsx';
import { Thumbnail } from '../ui/thumbnail.tsx';
import { siteText } from '../wording/anatomy.ts';
import { formatAgo } from '../wording/dates.ts';
import { patientFactsShort, patientName } from '../wording/patients.ts';
import './opinions.css';

/** Second opinions that this user has part in and that are not done. */
export function OpinionsScreen() {
  const may = useMay();
  const isTold = may('secondOpinions.list');
  const { data, error, refetch } = useStationQuery('secondOpinions.list', {}, { enabled: isTold });
  useShortcuts({
    j: () => moveRowFocus(1),
    k: () => moveRowFocus(-1),
    arrowdown: () => moveRowFocus(1),
    arrowup: () => moveRowFocus(-1),
    home: () => focusEndRow('first'),
    end: () => focusEndRow('last'),
  });
  const isEmpty = data && Object.values(data).every((list) => list.length === 0);
  return (
    <Screen title={t('Second opinions')}>
      <ErrorNotice error={error} onRetry={() => void refetch()} />
      {isTold && !data && !error && <Loading what={t('the opinions')} />}
      {(isEmpty || !isTold) && (
        <EmptyState icon="check" title={t('No second opinion is open')}>
          <p>
            {isTold
              ? t(
                  'Ask a colleague while you review an image, or afterwards beside the review. What is asked of you appears here.',
                )
              : t('Second opinions are asked of clinicians and given by them.')}
          </p>
        </EmptyState>
      )}
      {data && (
        <>
          <OpinionList title={t('Awaits your opinion')} listed={data.awaited} waitsFor="asker" />
          <OpinionList
            title={t('You differ: no consensus yet')}
            listed={data.unsettled}
            waitsFor="both"
          />
          <OpinionList title={t('You asked')} listed={data.asked} waitsFor="colleague" />
        </>
      )}
    </Screen>
  );
}

interface OpinionListProps {
  title: string;
  listed: readonly ListedOpinion[];
  waitsFor: 'asker' | 'colleague' | 'both';
}

function OpinionList({ title, listed, waitsFor }: OpinionListProps) {
  if (listed.length === 0) return null;
  return (
    <Section title={title}>
      <ul className="opinions">
        {listed.map(({ opinion, entry }) => (
          <li key={opinion.id}>
            <a
              className="opinions__row"
              data-row={opinion.id}
              href={href({ screen: 'image', imageId: opinion.imageId })}
            >
              <Thumbnail imageId={opinion.imageId} sizePx={72} />
              <span className="opinions__text">
                <strong>{patientName(entry.patient)}</strong>
                <span className="faint">{patientFactsShort(entry.patient).join(' · ')}</span>
              </span>
              <span className="opinions__text">
                <span>{entry.lesion.label}</span>
                <span className="faint">{siteText(entry.lesion)}</span>
              </span>
              <span className="opinions__text">
                <span>{peopleText(opinion, waitsFor)}</span>
                <span className="faint">
                  {formatAgo(opinion.answer?.at ?? opinion.askedAt)}
                  {opinion.question && ` · ${opinion.question}`}
                </span>
              </span>
              {opinion.isBlind && !opinion.answer && <span className="tag">{t('Blind')}</span>}
            </a>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function peopleText(
  { askedByName, askedOfName }: ListedOpinion['opinion'],
  waitsFor: OpinionListProps['waitsFor'],
): string {
  if (waitsFor === 'asker') return t('Asked by {askedByName}', { askedByName });
  return waitsFor === 'colleague'
    ? t('Of {askedOfName}', { askedOfName })
    : t('{askedByName} and {askedOfName}', { askedByName, askedOfName });
}
