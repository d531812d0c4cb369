import { serveAside } from './aside.ts';
import { registerDrawn } from './registering.ts';

serveAside(registerDrawn);
