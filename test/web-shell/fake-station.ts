// A stand-in for the station: echoes what each connection sends, and dies when told to.
import { nodeParentLink } from '../../src/processes/node-host.ts';
import { acceptConnections } from '../../src/station/connections.ts';

const link = nodeParentLink();
acceptConnections(link, (connection) => {
  connection.onMessage((message) => {
    if (message === 'die') process.exit(7);
    connection.send({ pid: process.pid, message });
  });
});
