import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Random } from '../../../native-bridge/shared/random.ts';
import { type Cursor, patientDetails } from '../../clinic/entities/index.ts';
import { connect } from '../../processes/channel.ts';
import type { OutputOf } from '../../processes/contract.ts';
import type { HostedProcess } from '../../processes/host.ts';
import { NodeHost } from '../../processes/node-host.ts';
import { ConnectionRelay } from '../../station/connections.ts';
import { stationContract } from '../../station/contract/index.ts';

export interface KillTrialReport {
  readonly kills: number;
  /** Changes that the station had answered. */
  readonly acknowledged: number;
  /** Of those, how many were not there afterwards. */
  readonly lost: number;
  /** From the kill until a new station answers. */
  readonly answersP95Ms: number;
  /** And until it is unlocked again, the passphrase's key included. */
  readonly unlockedP95Ms: number;
  /** Entries and records of which the log says that they do not fit, at the end. */
  readonly auditProblems: number;
  readonly seconds: number;
}

const access = { userName: 'Trial', passphrase: 'nobody is in this clinic' };
/** Changes that are asked for at a time. */
const atOnce = 4;
const longestMs = 400;

/** Kills the station at random instants while it saves, and counts what it had answered and lost. */
export async function tryKills(
  size: { kills: number; seed: number },
  onProgress: (text: string) => void,
): Promise<KillTrialReport> {
  const dataFolder = mkdtempSync(path.join(tmpdir(), 'dermaspike-kills-'));
  const host = new NodeHost({ ...process.env, DERMASPIKE_DATA: dataFolder });
  const random = new Random(size.seed);
  const startedAt = performance.now();
  const acknowledged = new Set<string>();
  const answersMs: number[] = [];
  const unlockedMs: number[] = [];
  let station = startStation(host);
  try {
    await station.call('session.createClinic', { clinicName: 'Trial', ...access });
    for (let kill = 0; kill < size.kills; kill++) {
      onProgress(`Killing the station: ${kill} of ${size.kills}`);
      const saving = Array.from({ length: atOnce }, () => enrolUntilEnd(station, acknowledged));
      await new Promise((resolve) => setTimeout(resolve, random.below(longestMs)));
      const killedAt = performance.now();
      station.kill();
      await Promise.all([station.exited, ...saving]);
      station = startStation(host);
      await station.call('session.state', {});
      answersMs.push(performance.now() - killedAt);
      await station.call('session.unlock', access);
      unlockedMs.push(performance.now() - killedAt);
    }
    const present = await patientsOf(station);
    const { problemsInAll } = await station.call('audit.verify', {});
    return {
      kills: size.kills,
      acknowledged: acknowledged.size,
      lost: [...acknowledged].filter((id) => !present.has(id)).length,
      answersP95Ms: p95(answersMs),
      unlockedP95Ms: p95(unlockedMs),
      auditProblems: problemsInAll,
      seconds: Math.round(performance.now() - startedAt) / 1000,
    };
  } finally {
    station.kill();
    await station.exited;
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

type PatientsPage = OutputOf<(typeof stationContract)['patients.search']>;
type TriedStation = ReturnType<typeof startStation>;

function startStation(host: NodeHost) {
  const process: HostedProcess = host.spawn('station');
  const { call } = connect(new ConnectionRelay(process.link).open(), stationContract);
  return { call, kill: () => process.kill(), exited: process.exited };
}

async function enrolUntilEnd(station: TriedStation, acknowledged: Set<string>): Promise<void> {
  try {
    for (;;) {
      const details = patientDetails.parse({ familyName: `Patient ${acknowledged.size}` });
      acknowledged.add((await station.call('patients.enrol', details)).id);
    }
  } catch {
    // It was killed.
  }
}

async function patientsOf(station: TriedStation): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let after: Cursor | null = null; ; ) {
    const { entries, next }: PatientsPage = await station.call('patients.search', {
      after,
      limit: 200,
    });
    for (const { patient } of entries) ids.add(patient.id);
    if (!next) return ids;
    after = next;
  }
}

function p95(samples: readonly number[]): number {
  const sorted = samples.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.floor(sorted.length * 0.95)] ?? 0);
}
