import { expect, test } from 'vitest';
import { commissioningReport } from '../../src/clinic/entities/index.ts';
import { newClinic, sha256 } from './harness.ts';

const tried = (network: string, images: number) =>
  commissioningReport.parse({
    ...{ networkName: network, networkSha256: sha256(network), headSha256: sha256('head'), images },
    lesions: { all: 20, melanoma: 5, malignant: 8, benign: 12 },
    ...{ sensitivity: null, melanomaSensitivity: null, specificity: null, calibrationError: null },
    ...{ expected: null, observed: null, threshold: null, conclusion: 'too-few', reasons: ['few'] },
  });

test('of a network and head the newest trial counts', async () => {
  const { store, user } = await newClinic();
  const { commissioning } = store;
  const add = (network: string, images: number, melanomaThreshold: number | null) =>
    commissioning.add({ userId: user.id, report: tried(network, images), melanomaThreshold });
  const of = { networkSha256: sha256('one'), headSha256: sha256('head') };
  expect(commissioning.newest(of)).toBeNull();
  add('one', 20, 0.25);
  const { id } = add('one', 30, null);
  add('other', 40, 0.5);
  expect(commissioning.newest(of)).toMatchObject({
    ...{ id, userName: user.name, report: tried('one', 30), melanomaThreshold: null },
  });
  expect(commissioning.newest({ ...of, headSha256: sha256('another') })).toBeNull();
});
