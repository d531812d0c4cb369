import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { dataFolder, dataFolderVariable } from '../processes/data-folder.ts';
import { distFile } from '../processes/dist.ts';
import { NodeHost } from '../processes/node-host.ts';
import { assertNodeVersion } from '../processes/node-version.ts';
import { StationKeeper } from '../station/keeper.ts';
import { backUpBeforeLeaving } from '../station/leaving.ts';
import { readContent } from './content.ts';
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

/** Opens a link in the person's browser; a failure only means that they click it themselves. */
function openInBrowser(link: string): void {
  const hasDisplay =
    process.platform === 'darwin' ||
    process.platform === 'win32' ||
    Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
  if (!hasDisplay) return;
  const opener =
    process.platform === 'darwin'
      ? { command: 'open', args: [link] }
      : process.platform === 'win32'
        ? { command: 'rundll32', args: ['url.dll,FileProtocolHandler', link] }
        : { command: 'xdg-open', args: [link] };
  const child = spawn(opener.command, opener.args, { stdio: 'ignore', detached: true });
  child.once('error', () => {});
  child.unref();
}

async function main(): Promise<void> {
  assertNodeVersion();
  const { data, port, open } = readArguments();
  process.env[dataFolderVariable] = dataFolder(data);
  const say = (line: string) => process.stdout.write(`${line}\n`);

  const content = await readContent(distFile('renderer'));
  const keeper = new StationKeeper(new NodeHost(), (line) => process.stderr.write(`${line}\n`));
  const shell = await serveWebShell({ port, content, connect: (screen) => keeper.connect(screen) });
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
    await shell.close();
    const { failure } = await backUpBeforeLeaving(keeper.connect(), hurry.signal);
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
  if (open) openInBrowser(link);
}

main().catch((error: NodeJS.ErrnoException) => {
  const reason =
    error.code === 'EADDRINUSE'
      ? 'The port is taken by another program; leave --port out to use a free one.'
      : error.message;
  process.stderr.write(`Dermaspike could not start: ${reason}\n`);
  process.exit(1);
});
