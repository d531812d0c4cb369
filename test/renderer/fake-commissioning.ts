import type { Commissioning, CommissioningReport } from '../../src/clinic/entities/index.ts';
import type { Handlers } from '../../src/processes/channel.ts';
import type { commissioningProcedures } from '../../src/station/contract/commissioning.ts';
import { fakeHash } from './fake-records.ts';

const report: CommissioningReport = {
  networkName: 'qana-4',
  networkSha256: fakeHash(3),
  headSha256: fakeHash(4),
  images: 312,
  lesions: { all: 240, melanoma: 34, malignant: 71, benign: 169 },
  sensitivity: { value: 0.91, low: 0.84, high: 0.96 },
  melanomaSensitivity: { value: 0.88, low: 0.74, high: 0.97 },
  specificity: { value: 0.63, low: 0.55, high: 0.7 },
  calibrationError: { value: 0.09, low: 0.06, high: 0.13 },
  expected: 0.27,
  observed: 0.3,
  threshold: {
    melanoma: 0.081,
    ownMelanoma: 0.124,
    melanomaSensitivity: { value: 0.94, low: 0.85, high: 1 },
    specificity: { value: 0.54, low: 0.47, high: 0.62 },
  },
  conclusion: 'fit-with-threshold',
  reasons: [
    'Of the melanomas 88 % (74 % to 97 %) are found; 90 %, and at least 80 % with certainty, are asked for.',
  ],
};

/** The network was never tried here, until a report is kept. */
export function fakeCommissioning(
  changed: (topic: string) => void,
): Handlers<typeof commissioningProcedures> {
  let kept: Commissioning | null = null;
  return {
    'commissioning.current': () => kept,
    'commissioning.begin': () => ({ classes: { mel: 34, nv: 169 }, unknown: 0 }),
    'commissioning.check': () => ({ outcome: 'read' as const }),
    'commissioning.report': () => report,
    'commissioning.keep': ({ useThreshold }) => {
      kept = {
        id: '01970000-0000-7000-8000-000000000001',
        at: '2026-11-20T09:30:00.000Z',
        userName: 'Dr Amara Osei',
        report,
        melanomaThreshold: useThreshold ? (report.threshold?.melanoma ?? null) : null,
      };
      changed('commissioning');
      return kept;
    },
  };
}
