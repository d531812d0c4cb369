import { readdirSync, statfsSync, statSync } from 'node:fs';
import { availableParallelism, cpus, freemem, release, totalmem } from 'node:os';
import path from 'node:path';
import type { Seal } from '../processes/seal/seal.ts';
import type { StationContext } from './handlers/context.ts';

/**
 * What whoever maintains the program wants to know, a line each: of the program and this computer. There
 * is nothing in it of a patient, a user, a picture, a name of the clinic, or a place on the disk.
 */
export function diagnostics(
  { dataFolder, bridge, decoder, session }: StationContext,
  { version, network }: { version: string; network: string },
): string[] {
  const { node, v8, electron = 'none' } = process.versions as Record<string, string>;
  const overview = bridge.overview();
  return [
    `Dermaspike ${version}, network ${network}`,
    `${process.platform} ${release()} on ${process.arch}; Node ${node}, V8 ${v8}, Electron ${electron}`,
    `Processor: ${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} usable`,
    `Memory: ${gigabytes(freemem())} of ${gigabytes(totalmem())} GB free`,
    `Disk of the data folder: ${diskText(dataFolder)}`,
    `Clinic: ${session.isUnlocked ? 'unlocked' : 'locked'}${session.isDemo ? ', the demo' : ''}; files ${filesText(dataFolder)}`,
    ...overview.accelerators.map(
      ({ identity, state, completed, medianMs }) =>
        `Accelerator: ${identity.name}, ${state}; ${completed} pictures, median ${medianMs?.toFixed(1) ?? '–'} ms`,
    ),
    ...overview.obstacles.map(({ label }) => `Not usable: ${label}`),
    `Policy: ${overview.policy}`,
    `Image decoder: ${sealText(decoder.seal)}`,
  ];
}

function sealText(seal: Seal | undefined): string {
  if (!seal) return 'not started yet';
  const held = [
    ...(seal.calls ? ['sockets, programs and other processes'] : []),
    ...(seal.files ? ['all files but the program’s'] : []),
  ];
  return held.length > 0 ? `kept by the system from ${held.join(' and ')}` : 'not sealed';
}

const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);

function diskText(folder: string): string {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder);
    return `${gigabytes(bavail * bsize)} of ${gigabytes(blocks * bsize)} GB free`;
  } catch {
    return 'cannot be looked at';
  }
}

/** The clinic's files by what they are, which is their ending. */
function filesText(dataFolder: string): string {
  try {
    const folder = path.join(dataFolder, 'clinic');
    const sizes = readdirSync(folder).map(
      (name) =>
        `${path.extname(name)} ${(statSync(path.join(folder, name)).size / 1e6).toFixed(1)} MB`,
    );
    return sizes.sort().join(', ');
  } catch {
    return 'none';
  }
}
