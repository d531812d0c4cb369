import { href, type Route } from '../routing/routes.ts';
import type { OpenSession } from '../session-hygiene.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { Icon, type IconName, Mark } from '../ui/icons.tsx';

type TopScreen = 'worklist' | 'patients' | 'accelerators' | 'about';

const places: readonly { screen: TopScreen; label: string; icon: IconName }[] = [
  { screen: 'worklist', label: 'Worklist', icon: 'worklist' },
  { screen: 'patients', label: 'Patients', icon: 'patients' },
  { screen: 'accelerators', label: 'Accelerators', icon: 'device' },
  { screen: 'about', label: 'About', icon: 'about' },
];

export function Navigation(props: { session: OpenSession; screen: Route['screen'] }) {
  const { session, screen } = props;
  const worklist = useStationQuery('worklist.list', {});
  const waiting = worklist.data?.length ?? 0;
  const here = screen === 'patient' ? 'patients' : screen;
  return (
    <nav className="rail" aria-label="Main">
      <div className="rail__brand">
        <Mark size={26} /> <span>Dermaspike</span>
      </div>
      <div className="rail__links">
        {places.map((place) => (
          <a
            key={place.screen}
            className="rail__link"
            href={href({ screen: place.screen })}
            aria-current={here === place.screen ? 'page' : undefined}
          >
            <Icon name={place.icon} size={20} />
            {place.label}
            {place.screen === 'worklist' && waiting > 0 && (
              <span className="rail__count" aria-hidden="true">
                {waiting > 999 ? '999+' : waiting}
              </span>
            )}
          </a>
        ))}
      </div>
      <div className="rail__foot">
        <div className="rail__user">
          {session.user.name}
          <span>{session.clinicName}</span>
        </div>
      </div>
    </nav>
  );
}
