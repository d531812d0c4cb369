import { app } from 'electron';

/** Switches by which another program would look into this one and steer it, the page first of all. */
const debuggingSwitches = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'inspect',
  'inspect-brk',
  'inspect-brk-node',
  'inspect-port',
  'inspect-publish-uid',
];

/** Ends the installed program at once where it was started to be debugged; false where it was not. */
export function refuseDebugging(): boolean {
  const asked = debuggingSwitches.find((name) => app.commandLine.hasSwitch(name));
  if (!app.isPackaged || asked === undefined) return false;
  process.stderr.write(
    `Dermaspike does not start with --${asked}: it would show patients’ records to another program.\n`,
  );
  app.exit(1);
  return true;
}
