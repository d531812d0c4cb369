import './station/no-eval.ts';
import { takeOpenedFiles } from './opened-files/waiting.ts';
import { StationConnection } from './station/connection.ts';
import { shellTransport } from './station/transport.ts';
import { speakChosen } from './theme/spoken-language.ts';

// From the first moment: the desktop's shell hands over its port and files as soon as the page is there.
takeOpenedFiles();
const transport = shellTransport();

void speakChosen()
  .then(() => import('./app.tsx'))
  .then(({ startApp }) => startApp(new StationConnection(transport)));
