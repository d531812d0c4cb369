import { createHash } from 'node:crypto';
import type { Priority } from '../../native-bridge/shared/contract.ts';
import type { LesionImage, Reading } from '../clinic/entities/index.ts';
import type { LesionReader, LesionReading } from '../clinic/reader.ts';
import type { DecodedImage, Decoder } from '../imaging/decoder.ts';
import type { ClinicStore } from '../store/index.ts';
import type { ActiveHeads } from './classes/active-heads.ts';
import type { ImportResult } from './contract/index.ts';
import { scaleAtImport } from './measurer.ts';
import type { Work } from './session.ts';

export type ImportPhase = 'checking' | 'decoding' | 'reading' | 'saving';

export interface ImportFile {
  readonly lesionId: string;
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** What is known beside the file, and counts where the file itself does not say it. */
  readonly known?: Pick<LesionImage, 'capturedAt' | 'device'>;
}

interface ReadingError {
  readonly code: string;
  readonly message: string;
}

/**
 * From an image file to a stored reading: check for a duplicate, decode in the killable process,
 * run the network, then save image, reading and audit entry in one transaction. The answer is
 * given only after the commit is durable. An image whose reading fails is stored without one.
 */
export class Importer {
  readonly #decoder: Decoder;
  readonly #reader: LesionReader;
  readonly #heads: ActiveHeads;
  /** Imports under way by SHA-256, so that the same file dropped twice is stored once. */
  readonly #underWay = new Map<string, Promise<unknown>>();

  constructor(decoder: Decoder, reader: LesionReader, heads: ActiveHeads) {
    this.#decoder = decoder;
    this.#reader = reader;
    this.#heads = heads;
  }

  async import(
    work: Work<string | null>,
    file: ImportFile,
    options: { signal?: AbortSignal; onPhase?: (phase: ImportPhase) => void } = {},
  ): Promise<ImportResult> {
    const sha256 = createHash('sha256').update(file.bytes).digest('hex');
    for (let other = this.#underWay.get(sha256); other; other = this.#underWay.get(sha256))
      await other;
    const imported = this.#importOnce(work, file, sha256, options);
    this.#underWay.set(
      sha256,
      imported.catch(() => {}),
    );
    try {
      return await imported;
    } finally {
      this.#underWay.delete(sha256);
    }
  }

  async #importOnce(
    work: Work<string | null>,
    file: ImportFile,
    sha256: string,
    { signal, onPhase }: { signal?: AbortSignal; onPhase?: (phase: ImportPhase) => void },
  ): Promise<ImportResult> {
    const { store } = work;
    work.assertOpen();
    onPhase?.('checking');
    store.lesions.getMerged(file.lesionId);
    const existing = store.images.findBySha256(sha256);
    if (existing) return this.#duplicate(store, existing);

    onPhase?.('decoding');
    const decoded = await this.#decoder.read(file.bytes, {
      fileName: file.fileName,
      tensorSize: this.#reader.inputSizePx,
      ...(signal && { signal }),
    });

    onPhase?.('reading');
    const outcome = await this.#read(work, decoded, signal);

    onPhase?.('saving');
    work.assertOpen();
    return store.transaction(() => {
      // Found again: while the file was read the lesion may have been merged into another.
      const lesion = store.lesions.getMerged(file.lesionId);
      const visit = store.visits.forDay(lesion.patientId, store.now().toISOString());
      const image = store.images.add({
        lesionId: lesion.id,
        visitId: visit.id,
        sha256,
        fileName: file.fileName,
        format: decoded.format,
        widthPx: decoded.widthPx,
        heightPx: decoded.heightPx,
        capturedAt: decoded.capturedAt ?? file.known?.capturedAt ?? null,
        device: decoded.device ?? file.known?.device ?? null,
        quality: decoded.quality,
        qualityWarnings: decoded.qualityWarnings,
        original: file.bytes,
        thumbnail: decoded.thumbnail,
      });
      this.#audit(work, 'image.import', image.id);
      if (work.userId !== null) setScale(store, image, work.userId);
      const reading = 'reading' in outcome ? this.#save(work, image.id, outcome.reading) : null;
      const readingError = 'error' in outcome ? outcome.error : null;
      return { outcome: 'imported', image, reading, readingError };
    });
  }

  /** Reads a stored image again, with the network and head of today. */
  async readAgain(
    work: Work<string | null>,
    imageId: string,
    signal: AbortSignal,
    priority: Priority = 'consulting',
  ): Promise<Reading> {
    const { store } = work;
    const image = store.images.get(imageId);
    const { tensor, qualityWarnings } = await this.#decoder.read(store.images.original(imageId), {
      fileName: image.fileName,
      tensorSize: this.#reader.inputSizePx,
      signal,
    });
    work.assertOpen();
    const { head } = this.#heads.active(store);
    const reading = await this.#reader.read(tensor, { qualityWarnings, signal, priority, head });
    work.assertOpen();
    return store.transaction(() => this.#save(work, imageId, reading));
  }

  async #read(
    work: Work<string | null>,
    { tensor, qualityWarnings }: DecodedImage,
    signal: AbortSignal | undefined,
  ): Promise<{ reading: LesionReading } | { error: ReadingError }> {
    work.assertOpen();
    const { head } = this.#heads.active(work.store);
    try {
      return { reading: await this.#reader.read(tensor, { qualityWarnings, signal, head }) };
    } catch (error) {
      const failed = error instanceof Error && 'code' in error && typeof error.code === 'string';
      if (!failed || error.code === 'cancelled') throw error;
      return { error: { code: error.code as string, message: error.message } };
    }
  }

  #save(work: Work<string | null>, imageId: string, reading: LesionReading): Reading {
    const { store } = work;
    const head = this.#heads.find(store, reading.headSha256);
    if (head) this.#heads.put(store, head);
    const saved = store.readings.add({ imageId, ...reading });
    this.#audit(work, 'image.read', imageId);
    return saved;
  }

  #duplicate(store: ClinicStore, image: LesionImage): ImportResult {
    const lesion = store.lesions.get(image.lesionId);
    return { outcome: 'duplicate', image, lesion, patient: store.patients.get(lesion.patientId) };
  }

  #audit({ store, userId }: Work<string | null>, action: string, imageId: string): void {
    store.audit.append({ userId, action, subject: `image:${imageId}` });
  }
}

/** The scale of its camera's only profile, where there is one, in the name of who imports it. */
function setScale(store: ClinicStore, image: LesionImage, userId: string): void {
  const scale = scaleAtImport(store, image);
  if (!scale) return;
  const { id } = store.measuring.addScale(image.id, scale, userId);
  const subject = `scale:${id} image:${image.id}`;
  store.audit.append({ userId, action: 'scale.set', subject });
}
