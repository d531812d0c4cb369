import { ShortcutsList } from '../frame/shortcuts-list.tsx';
import type { OpenSession } from '../session-hygiene.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { Screen } from '../ui/screen.tsx';
import { AboutSection } from './about-section.tsx';
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
          <AboutSection title="This screen">
            <ScreenSettings />
          </AboutSection>
          <AboutSection title="The network">
            <ErrorNotice error={about.error} onRetry={() => void about.refetch()} />
            {about.isPending && <Loading what="the model card" />}
            {about.data && <NetworkCard network={about.data.network} />}
          </AboutSection>
        </div>
        <div className="about__column">
          <AboutSection title="Users">
            <Users currentUser={session.user} />
          </AboutSection>
          <AboutSection title="Audit log">
            <AuditLog />
          </AboutSection>
          <AboutSection title="Keyboard shortcuts">
            <ShortcutsList />
          </AboutSection>
        </div>
      </div>
    </Screen>
  );
}
