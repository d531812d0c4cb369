import { ShortcutsList } from '../frame/shortcuts-list.tsx';
import type { OpenSession } from '../session-hygiene.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { Screen } from '../ui/screen.tsx';
import { Section } from '../ui/section.tsx';
import { AuditLog } from './audit-log.tsx';
import { NetworkCard } from './network-card.tsx';
import { ScreenSettings } from './screen-settings.tsx';
import { Users } from './users.tsx';
import './about.css';

export function AboutScreen({ session }: { session: OpenSession }) {
  const about = useStationQuery('about', {});
  return (
    <Screen
      title="About"
      detail={
        <span className="soft">
          Dermaspike {about.data?.version} · {session.clinicName} · {session.user.name}
        </span>
      }
    >
      <div className="about">
        <div className="about__column">
          <Section title="This screen">
            <ScreenSettings />
          </Section>
          <Section title="The network">
            <ErrorNotice error={about.error} onRetry={() => void about.refetch()} />
            {about.isPending && <Loading what="the model card" />}
            {about.data && <NetworkCard network={about.data.network} />}
          </Section>
        </div>
        <div className="about__column">
          <Section title="Users">
            <Users currentUser={session.user} />
          </Section>
          <Section title="Audit log">
            <AuditLog />
          </Section>
          <Section title="Keyboard shortcuts">
            <ShortcutsList />
          </Section>
        </div>
      </div>
    </Screen>
  );
}
