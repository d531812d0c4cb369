import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { v7 as newId } from 'uuid';
import {
  BlockTable,
  type Contents,
  type Manifest,
  writeManifest,
} from '../../src/store/backup/manifest.ts';
import { manifestFile, noteProof, packFile } from '../../src/store/backup/medium.ts';
import { BackupKeys } from '../../src/store/backup/seal.ts';
import { clinicFilePath, parseClinicFile } from '../../src/store/clinic-file.ts';
import { newClinic, temporaryFolder } from './harness.ts';

/** clinic.json of a clinic as it may lie in a backup's list. */
export async function clinicText(): Promise<string> {
  const { folder, store } = await newClinic();
  store.close();
  return readFileSync(clinicFilePath(folder), 'utf8');
}

const nothing: Contents = {
  ...{ patients: 0, lesions: 0, images: 0, readings: 0, reviews: 0, auditEntries: 0 },
  ...{ auditHead: '', commits: 0 },
};

interface Made {
  readonly id?: string;
  readonly madeAt?: string;
  readonly commits?: number;
  /** The files that hold its blocks, which are there. */
  readonly packs?: readonly string[];
  readonly whole?: boolean;
  readonly keys?: BackupKeys;
  readonly text?: string;
}

/** A medium on which backups are put that have a list and files of blocks, and no content. */
export function madeMedium(text: string, dataKey: Uint8Array = randomBytes(32)) {
  const folder = path.join(temporaryFolder(), 'backups');
  mkdirSync(folder);
  const clinic = parseClinicFile(text);
  const own = new BackupKeys(clinic.clinicId, dataKey);
  const put = async ({ keys = own, packs = [newId()], ...made }: Made = {}) => {
    const { id = newId(), madeAt = '2026-03-01T10:00:00.000Z', commits = 1 } = made;
    const blocks = new BlockTable();
    for (const pack of packs) {
      blocks.add({ name: randomBytes(32), pack, at: 0 });
      writeFileSync(packFile(folder, pack), 'blocks');
    }
    const manifest: Manifest = {
      head: {
        ...{ format: 1, id, madeAt, program: '1.2.3', database: 7, sizeBytes: 4096 },
        ...{ keyId: keys.id, keys: made.text ?? text },
      },
      contents: { ...nothing, commits },
      blocks,
    };
    await writeManifest(manifestFile(folder, id), keys, manifest);
    if (made.whole !== undefined) await noteProof(folder, id, { at: madeAt, whole: made.whole });
    return id;
  };
  return { folder, clinic, dataKey, keys: own, put };
}
