import { Trans } from '@lingui/react';
import { t } from '../../../src/language/index.ts';
import { Mark } from '../ui/icons.tsx';

/** In a browser's tab that no link has let in: nothing but how to get one. */
export function NotLetInScreen() {
  return (
    <main className="gate">
      <div className="start__column out-of-reach">
        <header className="start__head">
          <Mark size={36} />
          <h1>{t('Open Dermaspike by its link')}</h1>
        </header>
        <p role="status">
          {t(
            'This tab has not been let in. Each link lets one tab in, once; this one was opened without a link, by one that was used already, or by one from before Dermaspike was last started.',
          )}
        </p>
        <p>
          <Trans
            id="Go to the terminal in which Dermaspike runs, press <key>Enter</key>, and open the new link that it prints. If Dermaspike does not run, start it; that prints one, too."
            components={{ key: <kbd /> }}
          />
        </p>
        <p>{t('Nothing of the clinic was shown, and nothing in it was changed.')}</p>
      </div>
    </main>
  );
}
