import '../../renderer/src/station/no-eval.ts';
import { startApp } from '../../renderer/src/app.tsx';
import { StationConnection } from '../../renderer/src/station/connection.ts';
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
startApp(new StationConnection({ open: () => station.open() }));
