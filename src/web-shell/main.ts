import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { dataFolder, dataFolderVariable } from '../processes/data-folder.ts';
import { distFile } from '../processes/dist.ts';
import { guardMemory } from '../processes/memory-guard.ts';
import { NodeHost } from '../processes/node-host.ts';
import { assertNodeVersion } from '../processes/node-version.ts';
import { StationKeeper } from '../station/keeper.ts';
import { backUpBeforeLeaving } from '../station/leaving.ts';
import { readContent } from './content.ts';
import { type HandOver, handOver } from './hand-over.ts';
import { serveWebShell } from './server.ts';

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

async function main(): Promise<void> {
  assertNodeVersion();
  guardMemory();
  const { data, port, open } = readArguments();
  process.env[dataFolderVariable] = dataFolder(data);
  const say = (line: string) => process.stdout.write(`${line}\n`);

  const content = await readContent(distFile('renderer'));
  const keeper = new StationKeeper(new NodeHost(), (line) => process.stderr.write(`${line}\n`));
  let handedOver: HandOver | undefined;
  const shell = await serveWebShell({
    port,
    content,
    connect: (screen) => keeper.connect(screen),
    onLetIn: () => handedOver?.remove(),
  });
  keeper.onGaveUp(() => {
    process.stderr.write('Install Dermaspike again; the records stay where they are.\n');
    process.exit(1);
  });
  keeper.start();

  let stopping = false;
  const hurry = new AbortController();
  const stop = async () => {
    // A second signal ends a backup that takes too long.
    if (stopping) return hurry.abort();
    stopping = true;
    handedOver?.remove();
    await shell.close();
    const { failure } = await backUpBeforeLeaving(keeper.connect(), hurry);
    if (failure !== null) process.stderr.write(`The clinic was not backed up. ${failure}\n`);
    await keeper.stop();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);

  const link = shell.newLink();
  say(`Dermaspike is running. Open ${link}`);
  if (process.stdin.isTTY) {
    say('Enter: a new link. Ctrl+C: stop.');
    process.stdin.on('data', () => say(`New link: ${shell.newLink()}`));
  }
  if (open && hasDisplay()) {
    handedOver = handOver(link);
    openInBrowser(handedOver.file);
  }
}

main().catch((error: NodeJS.ErrnoException) => {
  const reason =
    error.code === 'EADDRINUSE'
      ? 'The port is taken by another program; leave --port out to use a free one.'
      : error.message;
  process.stderr.write(`Dermaspike could not start: ${reason}\n`);
  process.exit(1);
});
