import { expect, test } from 'vitest';
import { newSigningKey, openPack, signedPack } from '../../src/clinic/class-pack.ts';
import { loadShippedModel } from '../../src/clinic/model.ts';
import { statisticsOf } from '../../src/snn/learning/index.ts';
import { cluster } from '../snn/learning/clusters.ts';

const model = loadShippedModel();
const features = model.head.featureScale.length;
const key = newSigningKey();
const pack = signedPack(
  {
    ...{ code: 'scar', name: 'Scar', gravity: 'benign', parent: null },
    ...{ networkName: model.name, networkSha256: model.sha256, views: model.head.views },
    known: {
      code: 'scar',
      lesions: 9,
      statistics: statisticsOf(features, cluster(features, 18, 7)),
    },
    evaluation: null,
    clinicName: 'Harbour Dermatology',
    madeAt: '2026-11-20T09:00:00.000Z',
  },
  key,
);

test('a pack is opened as it was signed', () => {
  const opened = openPack(pack, model);
  expect(opened).toMatchObject({ code: 'scar', clinicName: 'Harbour Dermatology' });
  expect(opened.known).toMatchObject({ lesions: 9, statistics: { count: 18, features } });
  expect(opened.publicKey).toEqual(key.publicKey);
});

test('of no byte of a pack can a bit be flipped unnoticed', () => {
  for (let at = 0; at < pack.length; at += Math.ceil(pack.length / 300)) {
    const flipped = Buffer.from(pack);
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    expect(() => openPack(flipped, model)).toThrow();
  }
});

test('a pack of another network names both', () => {
  const other = { ...model, sha256: 'ab'.repeat(32), name: 'another' };
  expect(() => openPack(pack, other)).toThrow(`learned on the network ${model.name}`);
});

test('a pack that was signed with another key than it names is refused', () => {
  const { content } = JSON.parse(pack.toString()) as { content: string };
  const forged = Buffer.from(
    JSON.stringify({ content, signature: Buffer.alloc(64).toString('base64') }),
  );
  expect(() => openPack(forged, model)).toThrow('not as it was signed');
});

test('a pack of a newer version asks for the newest program, one of another kind is none', () => {
  const changed = (from: string, to: string) => Buffer.from(pack.toString().replace(from, to));
  const opening = (from: string, to: string) => () => openPack(changed(from, to), model);
  const version = '\\"version\\":1';
  expect(opening(version, '\\"version\\":2')).toThrow('A newer Dermaspike');
  expect(opening(version, '\\"version\\":0')).toThrow('not as it was signed');
  expect(opening(version, '\\"version\\":\\"2\\"')).toThrow('not as it was signed');
  expect(opening('dermaspike-class', 'dermaspike-klass')).toThrow('no class pack');
  expect(() => openPack(pack.subarray(0, 1000), model)).toThrow('no class pack');
});
