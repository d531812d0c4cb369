import type { User } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { ClassOverview } from '../../../src/station/contract/index.ts';
import { useMay } from '../station/use-may.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Loading, Notice } from '../ui/notices.tsx';
import { GravityMark } from '../ui/probability.tsx';
import { Section } from '../ui/section.tsx';
import { gravityWords, shortClassName } from '../wording/readings.ts';
import { Archive } from './archive.tsx';
import { ChangeClasses } from './change-classes.tsx';
import { ClassMap } from './class-map.tsx';
import { VersionCard } from './version-card.tsx';
import { VersionsOverTime } from './versions-over-time.tsx';
import '../ui/table.css';
import './classes.css';

/** What readings name, and how a clinic adds to it: examples, evaluation, approval. */
export function Classes({ user }: { user: User }) {
  const may = useMay();
  const overview = useStationQuery('classes.overview', {});
  if (!overview.data)
    return overview.error ? (
      <ErrorNotice error={overview.error} onRetry={() => void overview.refetch()} />
    ) : (
      <Loading what={t('the classes')} />
    );
  const { data } = overview;
  return (
    <>
      {data.isLost && (
        <Notice tone="caution">
          {t(
            'The version that was chosen stands on another network than this program’s, so the shipped classes read. Learn the classes again.',
          )}
        </Notice>
      )}
      <Section title={t('What readings name')}>
        <ReadingNow overview={data} />
      </Section>
      {data.canLearn ? (
        <Section title={t('Change the classes')}>
          <ChangeClasses overview={data} user={user} />
        </Section>
      ) : (
        <Notice>{t('This network came without what new classes are learned on.')}</Notice>
      )}
      {data.canLearn && data.examples.length > 0 && may('classes.map') && (
        <Section title={t('Where the examples lie')}>
          <ClassMap around={null} nameOf={(code) => nameIn(data, code)} />
        </Section>
      )}
      {data.versions.length > 0 && (
        <Section title={t('Versions')}>
          <div className="versions">
            {data.versions.map((version, index) => (
              <VersionCard
                key={version.number}
                version={version}
                user={user}
                needsSecondUser={data.needsSecondUser}
                isOpen={index === 0 && !['retired', 'erased'].includes(version.state)}
              />
            ))}
          </div>
        </Section>
      )}
      {data.versions.some(({ evaluation }) => evaluation.added.length > 0) && (
        <Section title={t('Versions over time')}>
          <VersionsOverTime versions={data.versions} />
        </Section>
      )}
      {data.rescoring && (
        <Section title={t('Archive')}>
          <Archive job={data.rescoring} />
        </Section>
      )}
    </>
  );
}

/** A class's name, as the changes that stand have it. */
function nameIn({ proposed, classes }: ClassOverview, code: string): string {
  const found = [...proposed, ...classes].find((each) => each.code === code);
  return found ? shortClassName(found.name) : code;
}

function ReadingNow({ overview }: { overview: ClassOverview }) {
  const activate = useStationCommand('classes.activate');
  const { classes, active, former, shippedName } = overview;
  return (
    <>
      <p>
        {active === null
          ? t('Readings are made by the shipped head, {shippedName}.', { shippedName })
          : t('Readings are made by version {number}.', { number: active })}{' '}
        {former !== undefined && former !== active && (
          <Button
            small
            busy={activate.isPending}
            onClick={() => activate.mutate({ number: former })}
          >
            {former === null
              ? t('Roll back to the shipped head, {shippedName}', { shippedName })
              : t('Roll back to version {number}', { number: former })}
          </Button>
        )}
      </p>
      <ErrorNotice error={activate.error} />
      <ul className="class-tree">
        {classes.map(({ code, name, gravity, parent }) => (
          <li key={code} className={parent === null ? undefined : 'class-tree__kind'}>
            <GravityMark gravity={gravity} />
            <span>{shortClassName(name)}</span>
            <code className="faint">{code}</code>
            <span className="faint">{gravityWords[gravity]}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
