import type { RefObject } from 'react';
import { type BodySite, bodySite, waitingVerdicts } from '../../../src/clinic/entities/index.ts';
import { locale, t } from '../../../src/language/index.ts';
import { SearchField } from '../lists/search-field.tsx';
import { useChangeLook } from '../lists/use-look.ts';
import type { StationOutput } from '../station/connection.ts';
import { VerdictShape } from '../ui/verdict.tsx';
import { siteNames } from '../wording/anatomy.ts';
import { SavedViews } from './saved-views.tsx';
import { chipOf, sorts, type WorklistLook, waitingVerdictName, worklist } from './view.ts';

const waits: readonly (readonly [days: number, label: string])[] = [
  [1, t('Over a day')],
  [7, t('Over a week')],
  [30, t('Over 30 days')],
  [90, t('Over 90 days')],
];

interface WorklistBarProps {
  look: WorklistLook;
  counts: StationOutput<'worklist.counts'> | undefined;
  searchField: RefObject<HTMLInputElement | null>;
}

/** What is searched for, sorted and filtered by. */
export function WorklistBar({ look, counts, searchField }: WorklistBarProps) {
  const change = useChangeLook(worklist);
  const { sort, sites, overDays, begun } = look;
  return (
    <div className="worklist__bar">
      <SearchField
        field={searchField}
        label={t('Search the worklist')}
        value={look.text}
        onValue={(text) => change({ text })}
      />
      <select
        className="input worklist__choice"
        aria-label={t('Sort by')}
        value={`${sort.by} ${sort.reversed}`}
        onChange={(event) => {
          const [by] = event.target.value.split(' ');
          const chosen = sorts.find((each) => each.by === by);
          if (chosen)
            change({ sort: { by: chosen.by, reversed: event.target.value.endsWith('true') } });
        }}
      >
        {sorts.flatMap(({ by, names }) =>
          names.map((name, index) => (
            <option key={name} value={`${by} ${index === 1}`}>
              {name}
            </option>
          )),
        )}
      </select>
      <SavedViews look={look} />
      <fieldset className="worklist__filters">
        <legend className="visually-hidden">{t('Show only')}</legend>
        <VerdictFilters look={look} counts={counts} />
        <label className="chip">
          <input type="checkbox" checked={begun} onChange={() => change({ begun: !begun })} />
          {t('Begun by you')}
        </label>
        <select
          className="input worklist__choice"
          aria-label={t('Body site')}
          value={sites[0] ?? ''}
          onChange={({ target }) =>
            change({ sites: target.value === '' ? [] : [target.value as BodySite] })
          }
        >
          <option value="">{t('All sites')}</option>
          {bodySite.options.map((site) => (
            <option key={site} value={site}>
              {site === 'unspecified' ? t('Site not given') : siteNames[site]}
            </option>
          ))}
        </select>
        <select
          className="input worklist__choice"
          aria-label={t('Waiting time')}
          value={overDays ?? ''}
          onChange={({ target }) =>
            change({ overDays: target.value === '' ? null : Number(target.value) })
          }
        >
          <option value="">{t('Any wait')}</option>
          {waits.map(([days, label]) => (
            <option key={days} value={days}>
              {label}
            </option>
          ))}
        </select>
      </fieldset>
    </div>
  );
}

/** A verdict each, with how many lesions there are of it. */
function VerdictFilters({ look, counts }: Omit<WorklistBarProps, 'searchField'>) {
  const change = useChangeLook(worklist);
  const { verdicts } = look;
  return waitingVerdicts.map((verdict) => (
    <label key={verdict} className="chip">
      <input
        type="checkbox"
        checked={verdicts.includes(verdict)}
        onChange={({ target }) =>
          change({
            verdicts: target.checked
              ? [...verdicts, verdict]
              : verdicts.filter((other) => other !== verdict),
          })
        }
      />
      <span className={`worklist__shape worklist__shape--${verdict}`}>
        <VerdictShape verdict={chipOf(verdict)} sizePx={13} />
      </span>
      {waitingVerdictName(verdict)}
      <span className="worklist__count">{counts?.byVerdict[verdict].toLocaleString(locale())}</span>
    </label>
  ));
}
