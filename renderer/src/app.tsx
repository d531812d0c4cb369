import { I18nProvider } from '@lingui/react';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './ui/base.css';
import { i18n } from '../../src/language/index.ts';
import { SessionGate } from './session-gate.tsx';
import type { StationConnection } from './station/connection.ts';
import { StationProvider } from './station/use-station.tsx';
import { applyScreenSettings } from './theme/screen-settings.ts';
import { ErrorBoundary } from './ui/error-boundary.tsx';

/** Shows the workstation in the page, over any connection to a station. */
export function startApp(station: StationConnection): void {
  applyScreenSettings();
  // A picture dropped beside the mark must not make the window leave the workstation.
  for (const type of ['dragover', 'drop'] as const)
    window.addEventListener(type, (event) => event.preventDefault());
  const root = document.getElementById('root');
  if (!root) throw new Error('The page has no element "root".');
  createRoot(root).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <StationProvider station={station}>
          <ErrorBoundary what="Dermaspike">
            <SessionGate />
          </ErrorBoundary>
        </StationProvider>
      </I18nProvider>
    </StrictMode>,
  );
}
