import type { ReactNode } from 'react';
import { t } from '../../../src/language/index.ts';
import { ImportTray } from '../imports/tray.tsx';
import { href, type Route } from '../routing/routes.ts';
import { modName } from '../routing/shortcuts.ts';
import { clinicKey, type OpenSession } from '../session-hygiene.ts';
import { useMay } from '../station/use-may.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Icon, Mark } from '../ui/icons.tsx';
import { KeyHint } from '../ui/key-hint.tsx';
import { AcceleratorDot } from './accelerator-dot.tsx';
import { TopPatient } from './top-patient.tsx';
import './top-bar.css';

interface TopBarProps {
  session: OpenSession;
  route: Route;
  onSearch: () => void;
  onLock: () => void;
}

/** The same on every screen: where one can go, whose record is open, what reads. */
export function TopBar({ session, route, onSearch, onLock }: TopBarProps) {
  const seesPatients = useMay()('patients.search');
  return (
    <header className="top">
      <span className="top__brand">
        <Mark size={26} />
        <span className="visually-hidden">Dermaspike</span>
      </span>
      {seesPatients && <Navigation route={route} />}
      <div className="top__patient">{seesPatients && <TopPatient route={route} />}</div>
      <div className="top__end">
        <ImportTray clinic={clinicKey(session)} />
        <AcceleratorDot />
        {seesPatients && (
          <button
            type="button"
            className="button top__search"
            aria-label={t('Find a patient')}
            title={t('Find a patient ({modName} K)', { modName })}
            onClick={onSearch}
          >
            <Icon name="search" />
            <span className="top__word">{t('Find a patient')}</span>
            <KeyHint keys={[modName, 'K']} />
          </button>
        )}
        <a
          className="button button--quiet button--icon"
          href={href({ screen: 'settings', part: 'you' })}
          aria-label={t('Settings')}
          aria-current={route.screen === 'settings' ? 'page' : undefined}
          title={t('Settings')}
        >
          <Icon name="settings" />
          <KeyHint keys={['S']} />
        </a>
        <button
          type="button"
          className="button"
          aria-label={t('Lock')}
          title={t('Lock ({modName} L)', { modName })}
          onClick={onLock}
        >
          <Icon name="lock" />
          <span className="top__word">{t('Lock')}</span>
          <KeyHint keys={[modName, 'L']} />
        </button>
      </div>
    </header>
  );
}

function Navigation({ route: { screen } }: { route: Route }) {
  const { data } = useStationQuery('worklist.counts', {});
  const waiting = data?.all.images ?? 0;
  const overdue = useStationQuery('followUps.counts', {}).data?.overdue ?? 0;
  return (
    <nav className="places" aria-label={t('Main')}>
      <Place
        to={{ screen: 'worklist' }}
        isHere={screen === 'worklist'}
        icon={<Icon name="worklist" size={20} />}
        shortcut="G"
      >
        {t('Worklist')}
        <PlaceCount count={waiting} />
      </Place>
      <Place
        to={{ screen: 'patients' }}
        isHere={screen === 'patients' || screen === 'patient'}
        icon={<Icon name="patients" size={20} />}
        shortcut="P"
      >
        {t('Patients')}
      </Place>
      <Place
        to={{ screen: 'follow-ups' }}
        isHere={screen === 'follow-ups'}
        icon={<Icon name="history" size={20} />}
        shortcut="U"
      >
        {t('Follow-up')}
        <PlaceCount count={overdue} />
        {overdue > 0 && (
          <span className="visually-hidden">{t('{overdue} overdue', { overdue })}</span>
        )}
      </Place>
      <Opinions isHere={screen === 'opinions'} />
    </nav>
  );
}

/** Only where there are any: a clinic of one clinician has no use for them. */
function Opinions({ isHere }: { isHere: boolean }) {
  const isTold = useMay()('secondOpinions.counts');
  const { data } = useStationQuery('secondOpinions.counts', {}, { enabled: isTold });
  const due = data ? data.awaited + data.unsettled : 0;
  if (due === 0 && !isHere) return null;
  return (
    <Place
      to={{ screen: 'opinions' }}
      isHere={isHere}
      icon={<Icon name="opinions" size={20} />}
      shortcut="O"
    >
      {t('Opinions')}
      <PlaceCount count={due} />
      {due > 0 && <span className="visually-hidden">{t('{due} open', { due })}</span>}
    </Place>
  );
}

function PlaceCount({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <span className="places__count" aria-hidden="true">
      {count > 999 ? '999+' : count}
    </span>
  );
}

interface PlaceProps {
  to: Route;
  isHere: boolean;
  icon: ReactNode;
  shortcut: string;
  children: ReactNode;
}

function Place({ to, isHere, icon, shortcut, children }: PlaceProps) {
  return (
    <a className="places__link" href={href(to)} aria-current={isHere ? 'page' : undefined}>
      <span className="places__icon">{icon}</span>
      {children}
      <KeyHint keys={[shortcut]} />
    </a>
  );
}
