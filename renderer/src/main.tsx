import './station/no-eval.ts';
import { StationConnection } from './station/connection.ts';
import { shellTransport } from './station/transport.ts';
import { speakChosen } from './theme/spoken-language.ts';

void speakChosen()
  .then(() => import('./app.tsx'))
  .then(({ startApp }) => startApp(new StationConnection(shellTransport())));
