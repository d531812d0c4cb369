import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { validate as isUuid } from 'uuid';
import { z } from 'zod';
import { byText } from '../../clinic/entities/order.ts';
import { parseClinicFile, slotName } from '../clinic-file.ts';
import { BackupError } from './errors.ts';
import { type BackupHead, type Manifest, readHead, readManifest } from './manifest.ts';
import { isMissing, namesIn, writeWhole } from './medium-files.ts';
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

/** A backup whose list cannot be read. Its id tells when it was begun. */
export interface UnreadableBackup {
  readonly id: string;
  readonly madeAt: string;
  /** `backup-damaged` or `backup-newer`. */
  readonly reason: BackupError;
}

/** All of `folder`, the newest first. */
export async function lookAtMedium(folder: string): Promise<(Backup | UnreadableBackup)[]> {
  const ids = named(await namesIn(folder), manifestEnd).filter((id) => isUuid(id));
  const read = await Promise.all(ids.map((id) => readBackup(folder, id)));
  return read
    .filter((backup) => backup !== undefined)
    .sort(byText(({ madeAt }) => madeAt))
    .reverse();
}

/** The backups in `folder` that can be read, the newest first. */
export async function listBackups(folder: string): Promise<Backup[]> {
  return (await lookAtMedium(folder)).filter(isReadable);
}

export function isReadable(backup: Backup | UnreadableBackup): backup is Backup {
  return !('reason' in backup);
}

/**
 * The newest, or the one of this id. An older one does not take the place of one that cannot be read. Throws
 * `backup-none`, `backup-damaged`, `backup-newer`.
 */
export async function findBackup(folder: string, id?: string): Promise<Backup> {
  const backups = await lookAtMedium(folder);
  const found = id === undefined ? backups[0] : backups.find((backup) => backup.id === id);
  if (!found)
    throw new BackupError(
      'backup-none',
      `There is no such backup in ${folder}. Connect the medium, or choose the folder that backups were made to.`,
    );
  if (isReadable(found)) return found;
  throw found.reason;
}

/** A medium serves one clinic. */
export async function assertOwn(folder: string, clinicId: string): Promise<void> {
  const other = (await listBackups(folder)).find((backup) => backup.clinicId !== clinicId);
  if (other)
    throw new BackupError(
      'backup-other-clinic',
      `This folder holds backups of another clinic, ${other.clinicName}. Nothing was changed. Choose another folder.`,
    );
}

/** Who could open the clinic when the backup was made. */
export function namesInBackup({ keys }: Backup): string[] {
  return parseClinicFile(keys).users.map(slotName);
}

export function noteProof(folder: string, id: string, found: Proof): Promise<void> {
  return writeWhole(proofFile(folder, id), JSON.stringify(found));
}

/**
 * Lets go of what is not kept, then of the packs that no backup needs, and of what a crash left. With
 * `only`, of every other backup, damaged lists and those of a former data key among them.
 */
export async function prune(folder: string, keys: BackupKeys, only?: string): Promise<void> {
  const backups = await listBackups(folder);
  const keep = only === undefined ? kept(backups) : new Set([only]);
  const names = await namesIn(folder);
  const known = only === undefined ? backups.map(({ id }) => id) : named(names, manifestEnd);
  for (const id of known)
    if (!keep.has(id))
      for (const file of [manifestFile(folder, id), proofFile(folder, id)])
        await rm(file, { force: true });
  for (const name of names)
    if (name.endsWith(halfEnd) || name.endsWith('.tmp'))
      await rm(path.join(folder, name), { force: true });
  const needed = await packsNeeded(folder, keys);
  if (!needed) return;
  for (const pack of named(names, packEnd))
    if (!needed.has(pack)) await rm(packFile(folder, pack), { force: true });
}

/** The packs that are on the medium. */
export async function packsIn(folder: string): Promise<Set<string>> {
  return new Set(named(await namesIn(folder), packEnd));
}

/** Nothing when a list cannot be read: then no pack is known to be needless. */
async function packsNeeded(folder: string, keys: BackupKeys): Promise<Set<string> | undefined> {
  const needed = new Set<string>();
  for (const id of named(await namesIn(folder), manifestEnd)) {
    const read = await readBackup(folder, id);
    const packs =
      (read && isReadable(read) ? read.packs : undefined) ??
      (await tryManifest(folder, id, keys))?.blocks.packs;
    if (!packs) return undefined;
    for (const pack of packs) needed.add(pack);
  }
  return needed;
}

/** Nothing when it is damaged, or of a former data key. */
export async function tryManifest(
  folder: string,
  id: string,
  keys: BackupKeys,
): Promise<Manifest | undefined> {
  try {
    return await readManifest(manifestFile(folder, id), keys);
  } catch (error) {
    if (error instanceof BackupError) return undefined;
    throw error;
  }
}

/** Nothing of one that was just removed. */
async function readBackup(
  folder: string,
  id: string,
): Promise<Backup | UnreadableBackup | undefined> {
  try {
    const { head, clinic } = await readHead(manifestFile(folder, id));
    const { clinicId, clinicName } = clinic;
    return { ...head, id, clinicId, clinicName, proof: await readProof(folder, id) };
  } catch (error) {
    if (error instanceof BackupError) return { id, madeAt: timeOf(id), reason: error };
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** When an id was made, which it begins with in milliseconds (RFC 9562, UUIDv7). */
function timeOf(id: string): string {
  return new Date(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toISOString();
}

async function readProof(folder: string, id: string): Promise<Proof | null> {
  try {
    return proof.parse(JSON.parse(await readFile(proofFile(folder, id), 'utf8')));
  } catch {
    return null;
  }
}

function named(names: readonly string[], end: string): string[] {
  return names.filter((name) => name.endsWith(end)).map((name) => name.slice(0, -end.length));
}
