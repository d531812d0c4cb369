import { execFile } from 'node:child_process';
import { distFile } from '../../src/processes/dist.ts';

export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The lines of stdout, each parsed as JSON. */
  readonly json: unknown[];
}

/** Runs the built command line as a process of its own. */
export function runCli(...args: string[]): Promise<CliRun> {
  return new Promise((resolve) => {
    execFile(process.execPath, [distFile('cli.mjs'), ...args], (error, stdout, stderr) => {
      const exitCode = error ? (typeof error.code === 'number' ? error.code : -1) : 0;
      resolve({
        exitCode,
        stdout,
        stderr,
        get json() {
          return stdout
            .split('\n')
            .filter((line) => line !== '')
            .map((line): unknown => JSON.parse(line));
        },
      });
    });
  });
}
