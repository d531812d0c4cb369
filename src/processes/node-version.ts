import { nodeComplaint } from '../../build/node-version.mjs';

/** Ends a program at its start, with one sentence, on a Node on which it would crash later. */
export function assertNodeVersion(): void {
  const complaint = nodeComplaint();
  if (complaint === undefined) return;
  process.stderr.write(`${complaint}\n`);
  process.exit(1);
}
