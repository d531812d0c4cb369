import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { AcceleratorIncident } from '../../src/clinic/entities/index.ts';
import type { ClinicStore } from '../../src/store/index.ts';
import { addImage, addLesion, addReading, details, newClinic } from './harness.ts';

const device = { kind: 'device', name: 'Neuro NX-1', version: '2.4' } as const;
const another = { ...device, version: '2.5' };
const minuteMs = 60_000;

/** So many minutes from now, which may be in the past. */
function at(minutes: number): string {
  return new Date(Date.now() + minutes * minuteMs).toISOString();
}

function incident(given: Partial<AcceleratorIncident> = {}): AcceleratorIncident {
  return {
    id: randomUUID(),
    at: at(0),
    acceleratorId: 'wire:1',
    accelerator: device,
    kind: 'set-aside',
    detail: 'It is not exact.',
    since: at(-10),
    networkSha256: 'a'.repeat(64),
    ...given,
  };
}

async function clinicWithImages(count: number) {
  const { store } = await newClinic();
  const patient = store.patients.enrol(details({ familyName: 'Quillfeather' }));
  const lesion = addLesion(store, patient.id);
  const images = Array.from({ length: count }, () => addImage(store, lesion.id).id);
  return { store, images };
}

const toRepeat = (store: ClinicStore) => store.incidents.imagesToRepeat(100);

describe('the incidents of accelerators', () => {
  it('come back as they were told, newest first, and each once', async () => {
    const { store } = await newClinic();
    const told = [incident(), incident({ kind: 'fallback', since: null, networkSha256: null })];
    expect(told.map((each) => store.incidents.add(each))).toEqual([true, true]);
    expect(told.map((each) => store.incidents.add(each))).toEqual([false, false]);
    expect(store.incidents.list(10)).toEqual(told.toReversed());
    expect(store.incidents.list(1)).toEqual(told.slice(1));
  });
});

describe('the readings to repeat', () => {
  it('are those of the device since it last agreed with the emulator', async () => {
    const { store, images } = await clinicWithImages(4);
    const [byDevice = '', byAnother = '', byEmulator = '', unread = ''] = images;
    addReading(store, byDevice, { accelerator: device });
    addReading(store, byAnother, { accelerator: another });
    addReading(store, byEmulator);
    expect(toRepeat(store)).toEqual([]);
    store.incidents.add(incident({ kind: 'fallback' }));
    expect(toRepeat(store)).toEqual([]);
    store.incidents.add(incident());
    expect(toRepeat(store)).toEqual([byDevice]);
    expect(toRepeat(store)).not.toContain(unread);
  });

  it('are all of the device’s, where it is not known that it ever agreed', async () => {
    const { store, images } = await clinicWithImages(2);
    for (const image of images) addReading(store, image, { accelerator: device });
    store.incidents.add(incident({ since: null }));
    expect(toRepeat(store)).toEqual(images);
  });

  it('are none from before it agreed, and one that was stored just after it was found out', async () => {
    const { store, images } = await clinicWithImages(1);
    addReading(store, images[0] ?? '', { accelerator: device });
    store.incidents.add(incident({ since: at(1), at: at(2) }));
    store.incidents.add(incident({ since: at(-90), at: at(-60) }));
    expect(toRepeat(store)).toEqual([]);
    store.incidents.add(incident({ since: at(-9), at: at(-4) }));
    expect(toRepeat(store)).toEqual(images);
  });

  it('leave the list when the image is read again, or removed', async () => {
    const { store, images } = await clinicWithImages(3);
    for (const image of images) addReading(store, image, { accelerator: device });
    store.incidents.add(incident());
    store.incidents.add(incident());
    expect(toRepeat(store)).toEqual(images);
    const [again = '', removed = '', still = ''] = images;
    addReading(store, again);
    store.images.remove(removed);
    expect(toRepeat(store)).toEqual([still]);
  });
});
