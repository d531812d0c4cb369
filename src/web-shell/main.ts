import { spawn } from 'node:child_process';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { parseArgs } from 'node:util';
import { dataFolder, dataFolderVariable } from '../processes/data-folder.ts';
import { guardMemory } from '../processes/memory-guard.ts';
import { assertNodeVersion } from '../processes/node-version.ts';
import { type HandOver, handOver } from './hand-over.ts';
import { Relay } from './relay.ts';

/** `npm run web -- [--data DIR] [--port PORT] [--no-open]`: the workstation in a browser. */

const usage = 'Usage: npm start -- [--data DIR] [--port PORT] [--no-open]\n';

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        data: { type: 'string' },
        port: { type: 'string', default: '0' },
        'no-open': { type: 'boolean', default: false },
      },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new Error(`--port ${values.port}: not a port number.`);
    return { data: values.data, port, open: !values['no-open'] };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

function hasDisplay(): boolean {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  return ['darwin', 'win32'].includes(process.platform) || Boolean(DISPLAY || WAYLAND_DISPLAY);
}

/** Opens a page in the person's browser; a failure only means that they use the printed link. */
function openInBrowser(file: string): void {
  const opener =
    process.platform === 'darwin'
      ? { command: 'open', args: [file] }
      : process.platform === 'win32'
        ? { command: 'rundll32', args: ['url.dll,FileProtocolHandler', file] }
        : { command: 'xdg-open', args: [file] };
  const child = spawn(opener.command, opener.args, { stdio: 'ignore', detached: true });
  child.once('error', () => {});
  child.unref();
}

/** Listens; it reads nothing of what comes, so that each connection can be handed over. */
async function listen(port: number): Promise<Server> {
  const server = createServer({ pauseOnConnect: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, resolve);
  });
  return server;
}

async function main(): Promise<void> {
  assertNodeVersion();
  guardMemory();
  const { data, port, open } = readArguments();
  process.env[dataFolderVariable] = dataFolder(data);
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const server = await listen(port);
  const listening = (server.address() as AddressInfo).port;
  let handedOver: HandOver | undefined;
  let isFirst = true;

  const relay = new Relay(listening, {
    link: (link) => {
      say(isFirst ? `Dermaspike is running. Open ${link}` : `New link: ${link}`);
      if (isFirst && process.stdin.isTTY) say('Enter: a new link. Ctrl+C: stop.');
      if (isFirst && open && hasDisplay()) {
        handedOver = handOver(link);
        openInBrowser(handedOver.file);
      }
      isFirst = false;
    },
    letIn: () => handedOver?.remove(),
    ended: (code) => {
      handedOver?.remove();
      process.exit(code);
    },
  });
  server.on('connection', (socket) => relay.take(socket));
  const stop = () => {
    handedOver?.remove();
    server.close();
    relay.stop();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  if (process.stdin.isTTY) process.stdin.on('data', () => relay.askForLink());
  relay.askForLink();
}

main().catch((error: NodeJS.ErrnoException) => {
  const reason =
    error.code === 'EADDRINUSE'
      ? 'The port is taken by another program; leave --port out to use a free one.'
      : error.message;
  process.stderr.write(`Dermaspike could not start: ${reason}\n`);
  process.exit(1);
});
