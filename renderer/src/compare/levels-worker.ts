import { serveAside } from './aside.ts';
import { levelsOf } from './levels.ts';

serveAside(levelsOf, (levels) => levels);
