import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import type { HostedProcess, ProcessHost } from '../../src/processes/host.ts';

/** Runs the fake station, as a real child process, in the station's place. */
export class FakeStationHost implements ProcessHost {
  readonly children: ChildProcess[] = [];

  spawn(): HostedProcess {
    const child = fork(path.join(import.meta.dirname, 'fake-station.ts'), {
      serialization: 'advanced',
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.children.push(child);
    return {
      pid: child.pid,
      link: {
        send: (message) => void (child.connected && child.send(message as object)),
        onMessage: (listener) => child.on('message', listener),
        onClose: (listener) => child.once('disconnect', listener),
        close: () => child.connected && child.disconnect(),
      },
      exited: new Promise((resolve) =>
        child.once('exit', (code, signal) => resolve({ code, signal })),
      ),
      kill: () => child.kill('SIGKILL'),
    };
  }
}
