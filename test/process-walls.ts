import { readFileSync } from 'node:fs';

/** Of a thread that a filter holds and that gets no more rights. */
export const sealedBy = 'NoNewPrivs 1, Seccomp 2';

/**
 * What the kernel says of a thread (`proc_pid_status(5)`).
 * @param folder of the process or thread in `/proc`
 */
export function walls(folder: string): string {
  const status = readFileSync(`${folder}/status`, 'latin1');
  const said = (name: string) => new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1];
  return `NoNewPrivs ${said('NoNewPrivs')}, Seccomp ${said('Seccomp')}`;
}
