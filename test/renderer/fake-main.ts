import '../../renderer/src/station/no-eval.ts';
import { takeOpenedFiles } from '../../renderer/src/opened-files/waiting.ts';
import { StationConnection } from '../../renderer/src/station/connection.ts';
import { speakChosen } from '../../renderer/src/theme/spoken-language.ts';
import { FakeStation, type Scenario } from './fake-station.ts';

declare global {
  interface Window {
    /** For tests: the station behind the page. */
    fakeStation: FakeStation;
  }
}

/** The user interface over a fake station; `?scenario=first|locked|clinic|demo|devices|empty|newer|large`. */
const scenario = new URLSearchParams(location.search).get('scenario') ?? 'clinic';
const station = new FakeStation(scenario as Scenario);
window.fakeStation = station;
takeOpenedFiles();
void speakChosen()
  .then(() => import('../../renderer/src/app.tsx'))
  .then(({ startApp }) => startApp(new StationConnection({ open: () => station.open() })));
