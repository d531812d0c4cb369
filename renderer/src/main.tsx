import './station/no-eval.ts';
import { startApp } from './app.tsx';
import { StationConnection } from './station/connection.ts';
import { shellTransport } from './station/transport.ts';

startApp(new StationConnection(shellTransport()));
