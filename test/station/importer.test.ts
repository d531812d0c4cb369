import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { LesionReader, LesionReading } from '../../src/clinic/reader.ts';
import type { DecodedImage, Decoder } from '../../src/imaging/decoder.ts';
import { Importer, type ImportFile } from '../../src/station/importer.ts';
import { importOverview } from '../../src/station/overview-import.ts';
import type { Work } from '../../src/station/session.ts';
import { addImage, emulator } from '../store/harness.ts';
import { classClinic } from './class-clinic.ts';

let clinic: Awaited<ReturnType<typeof classClinic>>;
let importer: Importer;
let file: ImportFile;
let signal: AbortSignal;
const decoded = {
  ...{ format: 'jpeg', widthPx: 600, heightPx: 450, capturedAt: null, device: null },
  ...{ tensor: new Uint8Array(3), quality: { sharpness: 1, exposure: 0.5, clipped: 0, skin: 1 } },
  ...{ qualityWarnings: ['blurred'], thumbnail: new Uint8Array([1]) },
} as unknown as DecodedImage;
let reading: LesionReading;
const decode = vi.fn<Decoder['read']>();
const read = vi.fn<LesionReader['read']>();
const decoder = { read: decode } as unknown as Decoder;

beforeEach(async () => {
  clinic = await classClinic();
  const { model, shipped } = clinic.heads;
  reading = {
    ...{ networkName: model.name, networkSha256: model.sha256, durationMs: 1 },
    ...{ headName: shipped.name, headSha256: shipped.sha256, accelerator: emulator, advice: null },
    probabilities: shipped.classes.map((each) => ({ ...each, probability: 1 })),
    verdict: {
      ...{ kind: 'unclear', reasons: ['uncalibrated'], malignancy: 0.5 },
      ...{ confidence: 'undecided', isLate: false },
    },
    spikeCounts: new Int32Array(256),
  };
  decode.mockReset().mockImplementation(async () => decoded);
  read.mockReset().mockImplementation(async () => reading);
  const reader = { read, inputSizePx: 224 } as unknown as LesionReader;
  importer = new Importer(decoder, reader, clinic.heads);
  signal = new AbortController().signal;
  const { lesionId } = clinic.read(1);
  const bytes = crypto.getRandomValues(new Uint8Array(100));
  file = { lesionId, fileName: 'a.jpg', bytes };
});

const take = (given: Partial<ImportFile> = {}, work: Work<string | null> = clinic.work) =>
  importer.import(work, { ...file, ...given }, { signal });
/** Of those that the clinic had before the test there is one. */
const imagesThere = () => clinic.store.images.listByLesion(file.lesionId).length - 1;
const entries = (limit: number) => clinic.store.audit.list(limit).map(({ action }) => action);
const camera = { mmPerPx: 0.02, relativeError: 0.01, source: 'ruler', magnification: '10×' };
function profile(device: string) {
  const of = { device, widthPx: 600, heightPx: 450, ...camera };
  type Profile = Parameters<typeof clinic.store.measuring.addProfile>[0];
  clinic.store.measuring.addProfile(of as unknown as Profile, clinic.user.id);
}

describe('an import', () => {
  test('is stopped by its caller wherever it is, and tells the network of its quality and the head that reads', async () => {
    await take();
    expect(decode.mock.calls[0]).toEqual([
      file.bytes,
      { fileName: 'a.jpg', tensorSize: 224, signal },
    ]);
    expect(read.mock.calls[0]).toMatchObject([
      decoded.tensor,
      { qualityWarnings: ['blurred'], head: { sha256: clinic.heads.shipped.sha256 } },
    ]);
    expect(read.mock.calls[0]?.[1]?.signal).toBe(signal);
    await importer.import(clinic.work, { ...file, bytes: new Uint8Array([9]) });
    expect(decode.mock.calls[1]?.[1]).toEqual({ fileName: 'a.jpg', tensorSize: 224 });
  });

  test.each([
    ['what the file says itself', '2026-01-02T03:04:05', 'Lumen', ['2026-01-02T03:04:05', 'Lumen']],
    ['else what is known beside it', null, null, ['2020-01-01T00:00:00', 'Known']],
  ])('keeps as day and camera %s', async (_, capturedAt, device, expected) => {
    decode.mockResolvedValueOnce({ ...decoded, capturedAt, device });
    const known = { capturedAt: '2020-01-01T00:00:00', device: 'Known' };
    const { image } = await take({ known });
    expect([image.capturedAt, image.device]).toEqual(expected);
    const { image: other } = await take({ bytes: new Uint8Array([3]) });
    expect([other.capturedAt, other.device]).toEqual([null, null]);
  });

  test('by a person has the scale of its camera’s only profile, which is entered; by the program none', async () => {
    profile('Lumen');
    decode.mockResolvedValue({ ...decoded, device: 'Lumen' });
    const { image } = await take();
    expect(clinic.store.measuring.scaleOf(image.id)).toMatchObject({ mmPerPx: 0.02 });
    expect(entries(3).toSorted()).toEqual(['image.import', 'image.read', 'scale.set']);
    const byProgram = await take({ bytes: new Uint8Array([4]) }, { ...clinic.work, userId: null });
    expect(clinic.store.measuring.scaleOf(byProgram.image.id)).toBeNull();
    expect(entries(2).toSorted()).toEqual(['image.import', 'image.read']);
  });

  test('into a lesion that is not there is refused before the file is looked at', async () => {
    await expect(take({ lesionId: crypto.randomUUID() })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(decode).not.toHaveBeenCalled();
  });

  test('of a file that is there already says where, and looks at nothing', async () => {
    const { image } = await take();
    expect(await take()).toMatchObject({
      ...{ outcome: 'duplicate', image: { id: image.id }, lesion: { id: file.lesionId } },
    });
    expect(decode).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['before it begins', () => clinic.lock(), 0, 0],
    ['while the file is decoded', () => decode.mockImplementationOnce(locking(decoded)), 1, 0],
    ['while it is read', () => read.mockImplementationOnce(() => locking(reading)()), 1, 1],
  ])(
    'whose screen is locked %s does no more, and keeps nothing',
    async (_, lock, decodes, reads) => {
      lock();
      await expect(take()).rejects.toMatchObject({ code: 'locked' });
      expect([decode, read].map(({ mock }) => mock.calls.length)).toEqual([decodes, reads]);
      expect(imagesThere()).toBe(0);
    },
  );

  test.each([
    [
      'that refuses is kept without a reading',
      Object.assign(new Error('Hot.'), { code: 'too-hot' }),
      1,
    ],
    ['that was stopped is not', Object.assign(new Error('x'), { code: 'cancelled' }), 0],
    ['that fails inside is not', new TypeError('x is undefined'), 0],
    ['that fails with a number is not', Object.assign(new Error('x'), { code: 7 }), 0],
  ])('of an accelerator %s', async (_, error, kept) => {
    read.mockRejectedValueOnce(error);
    if (kept === 0) await expect(take()).rejects.toBe(error);
    else
      expect(await take()).toMatchObject({
        ...{ reading: null, readingError: { code: 'too-hot', message: 'Hot.' } },
      });
    expect(imagesThere()).toBe(kept);
  });
});

/** What takes its time, during which the screen is locked. */
const locking =
  <T>(result: T) =>
  async () => {
    clinic.lock();
    return result;
  };

describe('an image that is read again', () => {
  const again = (imageId: string, priority?: 'archive') =>
    importer.readAgain(clinic.work, imageId, signal, priority);

  test('has a further reading by the head that reads now, with the urgency that is asked for', async () => {
    const { id } = clinic.read(2);
    expect(await again(id)).toMatchObject({ imageId: id });
    expect(read.mock.calls[0]?.[1]).toMatchObject({ priority: 'consulting', signal });
    await again(id, 'archive');
    expect(read.mock.calls[1]?.[1]).toMatchObject({ priority: 'archive' });
    expect(decode.mock.calls[0]?.[1]).toMatchObject({ tensorSize: 224, signal });
    expect(clinic.store.readings.listByImage(id)).toHaveLength(3);
    expect(entries(2)).toEqual(['image.read', 'image.read']);
  });

  test.each([
    ['decoded', () => decode.mockImplementationOnce(locking(decoded)), 0],
    ['read', () => read.mockImplementationOnce(() => locking(reading)()), 1],
  ])('has none where the screen is locked while it is %s', async (_, lock, reads) => {
    const { id } = clinic.read(2);
    lock();
    await expect(again(id)).rejects.toMatchObject({ code: 'locked' });
    expect([read.mock.calls.length, clinic.store.readings.listByImage(id).length]).toEqual([
      reads,
      1,
    ]);
  });

  test('keeps the head that read it with it, also one that came meanwhile', async () => {
    const { store, heads } = clinic;
    const { id } = clinic.read(2);
    const other = { ...heads.shipped, name: 'other', sha256: 'ab'.repeat(32), file: '{"b":1}' };
    vi.spyOn(heads, 'find').mockReturnValue(other);
    reading = { ...reading, headName: 'other', headSha256: other.sha256 };
    expect(await again(id)).toMatchObject({ headSha256: other.sha256 });
    expect(store.models.getHead(other.sha256)).toMatchObject({ name: 'other' });
    vi.spyOn(heads, 'find').mockReturnValue(undefined);
    expect(await again(id)).toMatchObject({ headSha256: other.sha256 });
  });
});

describe('an overview photograph', () => {
  const add = (patientId: string, bytes = file.bytes) =>
    importOverview(
      decoder,
      clinic.work,
      { patientId, region: 'back', fileName: 'b.jpg', bytes },
      signal,
    );

  test('is decoded once for no network, kept with its entry, and told of when it comes again', async () => {
    const { patientId } = clinic.read(3);
    const result = await add(patientId);
    expect(result).toMatchObject({
      outcome: 'imported',
      overview: { region: 'back', widthPx: 600 },
    });
    expect(decode.mock.calls[0]?.[1]).toEqual({ fileName: 'b.jpg', tensorSize: 1, signal });
    expect(entries(1)).toEqual(['overview.import']);
    expect(await add(patientId)).toMatchObject({
      ...{ outcome: 'duplicate', overview: { id: result.overview.id }, patient: { id: patientId } },
    });
    expect(decode).toHaveBeenCalledTimes(1);
    expect(entries(1)).toEqual(['overview.import']);
  });

  test('of nobody is refused before it is looked at, and of a screen that is locked meanwhile not kept', async () => {
    await expect(add(crypto.randomUUID())).rejects.toMatchObject({ code: 'not-found' });
    expect(decode).not.toHaveBeenCalled();
    const { patientId } = clinic.read(3);
    decode.mockImplementationOnce(locking(decoded));
    await expect(add(patientId)).rejects.toMatchObject({ code: 'locked' });
    expect(clinic.store.overviews.findBySha256('x')).toBeNull();
    expect(entries(1)).not.toEqual(['overview.import']);
  });

  test('that comes twice at a time is kept once', async () => {
    const { patientId } = clinic.read(3);
    const both = await Promise.all([add(patientId), add(patientId)]);
    expect(both.map(({ outcome }) => outcome).toSorted()).toEqual(['duplicate', 'imported']);
  });
});

test('what stands of a file elsewhere is told of a removed image not', async () => {
  const removed = addImage(clinic.store, file.lesionId, file.bytes);
  clinic.store.images.remove(removed.id);
  expect(await take()).toMatchObject({ outcome: 'imported' });
});
