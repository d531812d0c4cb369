import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { unlockClinic } from '../../src/store/index.ts';
import { passphrase } from './steps.ts';

/** Backs the clinic that is shown up to `medium`, and proves it. */
export async function backUpAndProve(page: Page, medium: string): Promise<void> {
  await page.evaluate("location.hash = '#/settings/backup'");
  await page.getByLabel('Folder for backups').fill(medium);
  await page.getByRole('button', { name: 'Back up to this folder' }).click();
  await page.getByRole('button', { name: 'Back up now' }).click();
  await page.getByText(/^Backed up\./).waitFor();
  await page.getByRole('button', { name: 'Prove by restoring…' }).click();
  await page.getByLabel('Your passphrase when it was made').fill(passphrase);
  await page.getByRole('button', { name: 'Prove it' }).click();
  await page.getByText('The backup came back whole.').waitFor();
}

/** On a computer without a clinic; ends unlocked. */
export async function restoreFrom(page: Page, medium: string): Promise<void> {
  await page.getByRole('button', { name: 'Restore a backup' }).click();
  await page.getByLabel('Folder with the backups').fill(medium);
  await page.getByRole('button', { name: 'Look for backups' }).click();
  await page.getByText('Backups of Riverside Dermatology.').waitFor();
  await page.getByLabel('Passphrase when it was made').fill(passphrase);
  await page.getByRole('button', { name: 'Restore', exact: true }).click();
  await page.getByText('The clinic is restored').waitFor();
  await unlock(page);
}

export async function unlock(page: Page): Promise<void> {
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase);
  await page.getByRole('button', { name: 'Unlock' }).click();
  await page.getByRole('link', { name: 'Patients' }).waitFor();
}

export async function lock(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  await page.getByRole('button', { name: 'Unlock' }).waitFor();
}

export interface Kept {
  /** The hash of each record, by kind. */
  readonly records: Readonly<Record<string, readonly (string | null)[][]>>;
  /** SHA-256 of each image's original and thumbnail. */
  readonly bytes: readonly string[];
  /** The chain: each entry's hash covers it and all before it. */
  readonly audit: readonly { readonly action: string; readonly hash: string }[];
  readonly isIntact: boolean;
}

/** Everything that a locked clinic holds, read from a copy of its folder. */
export async function everythingIn(dataFolder: string): Promise<Kept> {
  const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-copy-'));
  try {
    cpSync(path.join(dataFolder, 'clinic'), folder, { recursive: true });
    const { store } = await unlockClinic(folder, { userName: 'Dr Winter', passphrase });
    const { records } = store.audit;
    const all = Object.fromEntries(
      records.kinds.map(({ table }) => [table, records.page(table, {}, 100_000).records]),
    );
    const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    const bytes = (all.image ?? []).flatMap(([, id]) => [
      sha256(store.images.original(id)),
      sha256(store.images.thumbnail(id)),
    ]);
    const audit = store.audit
      .chained(0, 100_000)
      .map(({ action, hash }) => ({ action, hash: Buffer.from(hash).toString('hex') }));
    const { intact } = await store.checkAudit();
    store.close();
    return { records: all, bytes, audit, isIntact: intact };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As when the computer is lost. */
export function loseTheClinic(dataFolder: string): void {
  rmSync(path.join(dataFolder, 'clinic'), { recursive: true });
  rmSync(path.join(dataFolder, 'backup.json'));
  if (existsSync(path.join(dataFolder, 'clinic'))) throw new Error('The clinic is still there.');
}
