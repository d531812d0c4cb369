import { createHash } from 'node:crypto';
import type { OverviewRegion } from '../clinic/entities/index.ts';
import type { Decoder } from '../imaging/decoder.ts';
import type { ClinicStore } from '../store/index.ts';
import type { OverviewImportResult } from './contract/index.ts';
import type { Work } from './session.ts';

interface OverviewFile {
  readonly patientId: string;
  readonly region: OverviewRegion;
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

/**
 * Decodes an overview photograph in the killable process and stores it, with its audit entry in one
 * transaction. No network sees it: of the tensor that the decoder makes nothing is kept.
 */
export async function importOverview(
  decoder: Decoder,
  work: Work<string>,
  { patientId, region, fileName, bytes }: OverviewFile,
  signal: AbortSignal,
): Promise<OverviewImportResult> {
  const { store, userId } = work;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  store.patients.get(patientId);
  const existing = duplicate(store, sha256);
  if (existing) return existing;
  const decoded = await decoder.read(bytes, { fileName, tensorSize: 1, signal });
  work.assertOpen();
  return store.transaction(() => {
    // Looked for again: the same file may have come twice.
    const again = duplicate(store, sha256);
    if (again) return again;
    const { format, widthPx, heightPx, capturedAt, device, thumbnail } = decoded;
    const overview = store.overviews.add(
      {
        ...{ patientId, region, sha256, fileName, format, widthPx, heightPx, capturedAt, device },
        ...{ original: bytes, thumbnail },
      },
      userId,
    );
    store.audit.append({ userId, action: 'overview.import', subject: `overview:${overview.id}` });
    return { outcome: 'imported', overview };
  });
}

function duplicate(store: ClinicStore, sha256: string): OverviewImportResult | null {
  const overview = store.overviews.findBySha256(sha256);
  if (!overview) return null;
  return { outcome: 'duplicate', overview, patient: store.patients.get(overview.patientId) };
}
