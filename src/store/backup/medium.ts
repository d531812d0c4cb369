import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { writeDurably } from '../durable-file.ts';
import { StoreError } from '../errors.ts';
import { BackupError } from './errors.ts';
import { type BackupHead, type Manifest, readHead, readManifest } from './manifest.ts';
import { kept } from './retention.ts';
import type { BackupKeys } from './seal.ts';

const manifestEnd = '.backup';
const packEnd = '.blocks';
export const halfEnd = '.half';

/** What came of looking through a backup the last time. */
const proof = z.object({ at: z.iso.datetime(), whole: z.boolean() });
export type Proof = z.infer<typeof proof>;

export interface Backup extends BackupHead {
  readonly clinicId: string;
  readonly clinicName: string;
  readonly proof: Proof | null;
}

export const manifestFile = (folder: string, id: string) => path.join(folder, id + manifestEnd);
export const packFile = (folder: string, pack: string) => path.join(folder, pack + packEnd);
const proofFile = (folder: string, id: string) => path.join(folder, `${id}.proof`);

/** The backups in `folder`, the newest first; a list that is damaged is passed over. */
export function listBackups(folder: string): Backup[] {
  return named(folder, manifestEnd)
    .map((id) => readBackup(folder, id))
    .filter((backup) => backup !== undefined)
    .sort((one, other) => (one.madeAt < other.madeAt ? 1 : -1));
}

/** The newest, or the one of this id. Throws `backup-none`. */
export function findBackup(folder: string, id?: string): Backup {
  const backups = listBackups(folder);
  const found = id === undefined ? backups[0] : backups.find((backup) => backup.id === id);
  if (found) return found;
  throw new BackupError(
    'backup-none',
    `There is no such backup in ${folder}. Connect the medium, or choose the folder that backups were made to.`,
  );
}

/** A medium serves one clinic. */
export function assertOwn(folder: string, clinicId: string): void {
  const other = listBackups(folder).find((backup) => backup.clinicId !== clinicId);
  if (other)
    throw new BackupError(
      'backup-other-clinic',
      `This folder holds backups of another clinic, ${other.clinicName}. Nothing was changed. Choose another folder.`,
    );
}

export function noteProof(folder: string, id: string, found: Proof): void {
  writeDurably(proofFile(folder, id), JSON.stringify(found));
}

/**
 * Lets go of what is not kept, then of the packs that no backup needs, and of what a crash left. With
 * `only`, of every other backup, damaged lists and those of a former data key among them.
 */
export function prune(folder: string, keys: BackupKeys, only?: string): void {
  const backups = listBackups(folder);
  const keep = only === undefined ? kept(backups) : new Set([only]);
  const known = only === undefined ? backups.map(({ id }) => id) : named(folder, manifestEnd);
  for (const id of known)
    if (!keep.has(id))
      for (const file of [manifestFile(folder, id), proofFile(folder, id)])
        rmSync(file, { force: true });
  for (const name of names(folder))
    if (name.endsWith(halfEnd) || name.endsWith('.tmp')) rmSync(path.join(folder, name));
  const needed = packsNeeded(folder, keys);
  if (!needed) return;
  for (const pack of named(folder, packEnd))
    if (!needed.has(pack)) rmSync(packFile(folder, pack), { force: true });
}

/** Nothing when a list cannot be read: then no pack is known to be needless. */
function packsNeeded(folder: string, keys: BackupKeys): Set<string> | undefined {
  const needed = new Set<string>();
  for (const id of named(folder, manifestEnd)) {
    const manifest = tryManifest(folder, id, keys);
    if (!manifest) return undefined;
    for (const { pack } of manifest.blocks) needed.add(pack);
  }
  return needed;
}

/** Nothing when it is damaged, or of a former data key. */
export function tryManifest(folder: string, id: string, keys: BackupKeys): Manifest | undefined {
  try {
    return readManifest(manifestFile(folder, id), keys);
  } catch (error) {
    if (error instanceof BackupError) return undefined;
    throw error;
  }
}

function readBackup(folder: string, id: string): Backup | undefined {
  try {
    const { head, clinic } = readHead(manifestFile(folder, id));
    const { clinicId, clinicName } = clinic;
    return { ...head, clinicId, clinicName, proof: readProof(folder, id) };
  } catch (error) {
    if (error instanceof BackupError || error instanceof StoreError) return undefined;
    throw error;
  }
}

function readProof(folder: string, id: string): Proof | null {
  const file = proofFile(folder, id);
  try {
    return existsSync(file) ? proof.parse(JSON.parse(readFileSync(file, 'utf8'))) : null;
  } catch {
    return null;
  }
}

function named(folder: string, end: string): string[] {
  return names(folder)
    .filter((name) => name.endsWith(end))
    .map((name) => name.slice(0, -end.length));
}

function names(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
