import { readFileSync } from 'node:fs';
import path from 'node:path';
import { dataFolder } from '../processes/data-folder.ts';
import { productRoot } from '../processes/dist.ts';
import type { Link } from '../processes/link.ts';
import { guardMemory } from '../processes/memory-guard.ts';
import { onHandedOver, parentLink, processHost } from '../processes/parent.ts';
import { answerPulse } from '../processes/pulse.ts';
import { acceptConnections, askToRetire } from './connections.ts';
import { Station } from './station.ts';

// Before there is a key in it.
guardMemory();
const { version } = JSON.parse(readFileSync(path.join(productRoot, 'package.json'), 'utf8')) as {
  version: string;
};
const link = parentLink();
const handedOver = new Set<Link>();
const station = new Station({
  dataFolder: dataFolder(),
  host: processHost(),
  version,
  retire: () => {
    // Those that the parent relays it closes itself.
    for (const connection of handedOver) connection.close();
    askToRetire(link);
  },
});
const serve = (connection: Link, screen?: string) => station.serve(answerPulse(connection), screen);
acceptConnections(link, serve);
onHandedOver((connection, screen) => {
  handedOver.add(connection);
  connection.onClose(() => handedOver.delete(connection));
  serve(connection, screen);
});
link.onClose(() => station.close());
