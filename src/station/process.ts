import { readFileSync } from 'node:fs';
import path from 'node:path';
import { dataFolder } from '../processes/data-folder.ts';
import { productRoot } from '../processes/dist.ts';
import { guardMemory } from '../processes/memory-guard.ts';
import { parentLink, processHost } from '../processes/parent.ts';
import { answerPulse } from '../processes/pulse.ts';
import { acceptConnections, askToRetire } from './connections.ts';
import { Station } from './station.ts';

// Before there is a key in it.
guardMemory();
const { version } = JSON.parse(readFileSync(path.join(productRoot, 'package.json'), 'utf8')) as {
  version: string;
};
const link = parentLink();
const station = new Station({
  dataFolder: dataFolder(),
  host: processHost(),
  version,
  retire: () => askToRetire(link),
});
acceptConnections(link, (connection, screen) => station.serve(answerPulse(connection), screen));
link.onClose(() => station.close());
