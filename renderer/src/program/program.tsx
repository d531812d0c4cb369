import { useEffect, useState } from 'react';
import type { User } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { ProgramState } from '../../../src/processes/desktop-page.ts';
import { mayCall } from '../../../src/station/contract/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { Section } from '../ui/section.tsx';
import { Copies } from './copies.tsx';
import { StepBackTo } from './step-back.tsx';
import { Update } from './update.tsx';
import './program.css';

const kinds: Record<Exclude<ProgramState['kind'], null>, string> = {
  appimage: t('an AppImage, which replaces itself'),
  deb: t('a Debian package, which an administrator of this computer installs'),
  nsis: t('a Windows program, which its installer replaces'),
  zip: t('a macOS program, which is replaced by hand'),
};

/** The version that runs here, and how it becomes another one. */
export function Program({ user }: { user: User }) {
  const about = useStationQuery('about', {});
  const updates = window.dermaspike?.updates;
  const [program, setProgram] = useState<ProgramState>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    window.dermaspike?.updates.state().then(setProgram, setError);
  }, []);
  const mayUpdate = mayCall(user.role, 'copies.setAside');
  return (
    <>
      <Section title={t('Version')}>
        <ErrorNotice error={about.error ?? error} />
        <dl className="facts">
          <dt>{t('Version')}</dt>
          <dd>{program?.version ?? about.data?.version}</dd>
          {program && (
            <>
              <dt>{t('Installed as')}</dt>
              <dd>
                {program.kind ? kinds[program.kind] : t('a folder that was unpacked by hand')}
              </dd>
              <dt>{t('Accepts updates of')}</dt>
              <dd>
                {program.keys.length === 0
                  ? t('nobody: it has no key to check updates with')
                  : program.keys.map((key) => (
                      <span key={key} className="program__key">
                        {t('key {key}', { key })}
                      </span>
                    ))}
              </dd>
            </>
          )}
        </dl>
      </Section>
      <Section title={t('Update')}>
        {!updates && (
          <p className="soft">
            {t(
              'Updates from a file come with the desktop program. In a browser, stop Dermaspike, replace its folder with the new version’s, and start it again.',
            )}
          </p>
        )}
        {updates && !mayUpdate && (
          <p className="soft">{t('An administrator of the clinic can update the program.')}</p>
        )}
        {updates && mayUpdate && program && <Update updates={updates} program={program} />}
      </Section>
      {updates && mayUpdate && program?.back && (
        <Section title={t('One step back')}>
          <StepBackTo updates={updates} back={program.back} />
        </Section>
      )}
      {mayUpdate && (
        <Section title={t('Copies of the clinic')}>
          <Copies />
        </Section>
      )}
    </>
  );
}
