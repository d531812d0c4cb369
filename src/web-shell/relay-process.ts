import type { Socket } from 'node:net';
import { distFile } from '../processes/dist.ts';
import { guardMemory } from '../processes/memory-guard.ts';
import { NodeHost } from '../processes/node-host.ts';
import { StationKeeper } from '../station/keeper.ts';
import { backUpBeforeLeaving } from '../station/leaving.ts';
import { readContent } from './content.ts';
import { type FromRelay, type ToRelay, toRelay } from './relay-messages.ts';
import { serveWebShell, type WebShell } from './server.ts';

/**
 * Serves the pages, and passes on what they and the station say to each other, which stays in its memory: it ends
 * with the lock of the last screen, as the station does. `main.ts` listens, hands over each connection before
 * anything of it is read, and starts the next one.
 */

guardMemory();
const say = (message: FromRelay) => process.send?.(message, () => {});
const keeper = new StationKeeper(new NodeHost(), (line) => process.stderr.write(`${line}\n`));
keeper.onRetired(() => say({ type: 'retire' }));
keeper.onGaveUp(() => say({ type: 'gave-up' }));

let shell: Promise<WebShell> | undefined;
let stopping: AbortController | undefined;
let take: (socket: Socket) => void = (socket) => socket.destroy();

async function serve({ port, admissions }: Extract<ToRelay, { type: 'serve' }>): Promise<WebShell> {
  // What comes before the pages are read waits.
  const early: Socket[] = [];
  take = (socket) => early.push(socket);
  const content = await readContent(distFile('renderer'));
  return serveWebShell({
    port,
    content,
    sockets: (served) => {
      take = served;
      for (const socket of early) served(socket);
    },
    connect: (screen) => keeper.connect(screen),
    onLetIn: () => say({ type: 'let-in' }),
    onAdmissions: (kept) => say({ type: 'admissions', kept }),
    ...(admissions && { admissions }),
  });
}

async function stop({ withBackup }: { withBackup: boolean }): Promise<void> {
  // A second time: a backup that takes too long is ended.
  if (stopping) return stopping.abort();
  stopping = new AbortController();
  await (await shell)?.close();
  if (withBackup) {
    const { failure } = await backUpBeforeLeaving(keeper.connect(), stopping);
    if (failure !== null) process.stderr.write(`The clinic was not backed up. ${failure}\n`);
  }
  await keeper.stop();
  process.exit(0);
}

process.on('message', (raw, handle) => {
  const message = toRelay.parse(raw);
  if (message.type === 'serve') {
    keeper.start();
    shell = serve(message);
    shell.catch((error: Error) => {
      process.stderr.write(`Dermaspike could not start: ${error.message}\n`);
      process.exit(1);
    });
  } else if (message.type === 'socket') take(handle as Socket);
  else if (message.type === 'new-link')
    void shell?.then((served) => say({ type: 'link', link: served.newLink() }));
  else void stop({ withBackup: true });
});
process.on('disconnect', () => void stop({ withBackup: false }));
// The terminal's are for the process that listens.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
