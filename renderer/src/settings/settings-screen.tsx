import type { ReactNode } from 'react';
import { t } from '../../../src/language/index.ts';
import { mayCall } from '../../../src/station/contract/index.ts';
import { AboutReading } from '../about/about-reading.tsx';
import { Devices } from '../accelerators/devices.tsx';
import { Backup } from '../backup/backup.tsx';
import { Classes } from '../classes/classes.tsx';
import { AtThisClinic } from '../commissioning/at-this-clinic.tsx';
import { CameBackSection } from '../erasure/came-back.tsx';
import { ErasedListNotice } from '../erasure/erased-list-notice.tsx';
import { ErasuresList } from '../erasure/erasures-list.tsx';
import { Cameras } from '../measuring/cameras.tsx';
import { Program } from '../program/program.tsx';
import { QualityReport } from '../quality/quality-report.tsx';
import { Retention } from '../retention/retention.tsx';
import { href, type SettingsPart, settingsParts } from '../routing/routes.ts';
import type { OpenSession } from '../session-hygiene.ts';
import { SharingSettings } from '../sharing/sharing-settings.tsx';
import { useMay } from '../station/use-may.ts';
import { Templates } from '../templates/templates.tsx';
import { Screen } from '../ui/screen.tsx';
import { Section } from '../ui/section.tsx';
import { AuditLog } from './audit-log.tsx';
import { DataKey } from './data-key.tsx';
import { HealthCheck } from './health-check.tsx';
import { IdleLock } from './idle-lock.tsx';
import { KeychainUnlock } from './keychain.tsx';
import { OwnPassphrase } from './own-passphrase.tsx';
import { ReaderFirst } from './reader-first.tsx';
import { RecoveryKey } from './recovery-key.tsx';
import { ScreenSettings } from './screen-settings.tsx';
import { ShortcutsList } from './shortcuts-list.tsx';
import { Users } from './users.tsx';
import './settings.css';

const partNames: Record<SettingsPart, string> = {
  you: t('You and this screen'),
  clinic: t('Clinic and users'),
  templates: t('Templates'),
  backup: t('Backup'),
  devices: t('Devices'),
  classes: t('Classes'),
  sharing: t('Sharing'),
  reading: t('About the reading'),
  quality: t('Quality'),
  program: t('This program'),
  log: t('Audit log'),
  keys: t('Keyboard'),
};

/** A part is shown to those who may call this. */
const partNeeds: Partial<Record<SettingsPart, Parameters<typeof mayCall>[1]>> = {
  templates: 'templates.list',
  backup: 'backup.state',
  classes: 'classes.change',
  sharing: 'sharing.overview',
  log: 'audit.list',
  quality: 'quality.get',
};

export function SettingsScreen(props: { session: OpenSession; part: SettingsPart }) {
  const may = useMay();
  const isOpen = (each: SettingsPart) => may(partNeeds[each] ?? 'session.state');
  const { session } = props;
  const part = isOpen(props.part) ? props.part : 'you';
  return (
    <div className="settings">
      <nav className="settings__parts" aria-label={t('Settings')}>
        {settingsParts.filter(isOpen).map((each) => (
          <a
            key={each}
            href={href({ screen: 'settings', part: each })}
            aria-current={each === part ? 'page' : undefined}
          >
            {partNames[each]}
          </a>
        ))}
      </nav>
      <Screen key={part} title={partNames[part]} windowTitle={t('Settings')}>
        <Part part={part} session={session} />
      </Screen>
    </div>
  );
}

function Part({ part, session }: { part: SettingsPart; session: OpenSession }): ReactNode {
  switch (part) {
    case 'you':
      return (
        <>
          <Section title={t('This screen')}>
            <ScreenSettings />
          </Section>
          {!session.demo && (
            <Section title={t('Your passphrase')}>
              <OwnPassphrase />
            </Section>
          )}
          {!session.demo && window.dermaspike && (
            <Section title={t('This computer’s keychain')}>
              <KeychainUnlock userName={session.user.name} />
            </Section>
          )}
        </>
      );
    case 'clinic':
      return (
        <>
          <Section title={t('Users')}>
            <Users currentUser={session.user} isDemo={session.demo} />
          </Section>
          <Section title={t('Locking')}>
            <IdleLock role={session.user.role} />
          </Section>
          <Section title={t('Reviewing')}>
            <ReaderFirst role={session.user.role} />
          </Section>
          {mayCall(session.user.role, 'retention.rule') && <Retention role={session.user.role} />}
          {mayCall(session.user.role, 'users.renewRecoveryKey') && !session.demo && (
            <Section title={t('Recovery key')}>
              <RecoveryKey clinicName={session.clinicName} />
            </Section>
          )}
          {mayCall(session.user.role, 'users.changeDataKey') && !session.demo && (
            <Section title={t('Data key')}>
              <DataKey clinicName={session.clinicName} />
            </Section>
          )}
        </>
      );
    case 'templates':
      return <Templates />;
    case 'backup':
      return <Backup session={session} />;
    case 'devices':
      return (
        <>
          <Devices />
          <Section title={t('Cameras')}>
            <Cameras />
          </Section>
        </>
      );
    case 'classes':
      return <Classes user={session.user} />;
    case 'sharing':
      return <SharingSettings />;
    case 'reading':
      return (
        <>
          <AtThisClinic user={session.user} />
          <AboutReading />
        </>
      );
    case 'quality':
      return <QualityReport />;
    case 'program':
      return <Program user={session.user} />;
    case 'log':
      return (
        <>
          <Section title={t('Who did what')}>
            <AuditLog />
          </Section>
          <Section title={t('Health of the records')}>
            <HealthCheck />
          </Section>
          <CameBackSection />
          <Section title={t('Erased for good')}>
            <ErasedListNotice />
            <ErasuresList />
          </Section>
        </>
      );
    case 'keys':
      return (
        <div className="panel section">
          <ShortcutsList />
        </div>
      );
  }
}
