import { t } from '../../../src/language/index.ts';
import { href } from '../routing/routes.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Section } from '../ui/section.tsx';
import { formatDate } from '../wording/dates.ts';
import { regionNames } from '../wording/overviews.ts';
import { OverviewCrop } from './overview-picture.tsx';
import './overviews.css';

/** The overview photographs in which a lesion is marked, each as what lies about it. */
export function MarkedOverviews({ lesionId }: { lesionId: string }) {
  const { data = [] } = useStationQuery('overviews.ofLesion', { lesionId });
  if (data.length === 0) return null;
  return (
    <Section title={t('On overview photographs')}>
      <ul className="overviews__strip">
        {data.map(({ overview, marker }) => (
          <li key={overview.id}>
            <a
              className="overviews__item"
              href={href({ screen: 'overview', overviewId: overview.id })}
            >
              <OverviewCrop overview={overview} at={marker} alt="" />
              <strong>{regionNames[overview.region]}</strong>
              <span className="faint">
                {formatDate(overview.capturedAt ?? overview.importedAt)}
              </span>
            </a>
          </li>
        ))}
      </ul>
    </Section>
  );
}
