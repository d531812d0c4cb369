import { useEffect, useRef, useState } from 'react';
import type { CommissioningReport } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { errorText } from '../station/errors.ts';
import { useStation } from '../station/use-station.tsx';

export interface TrialFiles {
  readonly labels: File;
  readonly images: readonly File[];
  readonly dxColumn: string;
  readonly lesionColumn: string;
}

export interface Progress {
  readonly done: number;
  readonly all: number;
}

export type TrialState =
  | { readonly step: 'choosing'; readonly error?: unknown }
  | { readonly step: 'reading'; readonly progress: Progress }
  | {
      readonly step: 'read';
      readonly report: CommissioningReport;
      /** Images without a label, given twice, or that could not be read, in words. */
      readonly remarks: readonly string[];
    };

const filesUnderWay = 2;

/** Takes files through the station one after the other; leaving the dialog stops it. */
export function useTrial() {
  const station = useStation();
  const [state, setState] = useState<TrialState>({ step: 'choosing' });
  const stopped = useRef(new AbortController());
  useEffect(() => {
    const controller = new AbortController();
    stopped.current = controller;
    return () => controller.abort();
  }, []);

  const run = async ({ labels, images, dxColumn, lesionColumn }: TrialFiles) => {
    const { signal } = stopped.current;
    const csv = await labels.text();
    await station.call('commissioning.begin', { csv, dxColumn, lesionColumn });
    const without = { 'no-label': 0, twice: 0 };
    const failed: string[] = [];
    const waiting = images.values();
    let done = 0;
    const takeNext = async () => {
      for (const file of waiting) {
        if (signal.aborted) return;
        try {
          const bytes = new Uint8Array(await file.arrayBuffer());
          const input = { fileName: file.name, bytes };
          const { outcome } = await station.call('commissioning.check', input);
          if (outcome !== 'read') without[outcome]++;
        } catch (error) {
          failed.push(`${file.name}: ${errorText(error)}`);
        }
        done++;
        if (!signal.aborted) setState({ step: 'reading', progress: { done, all: images.length } });
      }
    };
    await Promise.all(Array.from({ length: filesUnderWay }, takeNext));
    if (signal.aborted) return;
    const report = await station.call('commissioning.report', {});
    const remarks = [
      ...(without['no-label'] > 0
        ? [
            t(
              '{count, plural, one {# image has no usable label.} other {# images have no usable label.}}',
              {
                count: without['no-label'],
              },
            ),
          ]
        : []),
      ...(without.twice > 0
        ? [
            t(
              '{count, plural, one {# image was given twice.} other {# images were given twice.}}',
              {
                count: without.twice,
              },
            ),
          ]
        : []),
      ...failed,
    ];
    setState({ step: 'read', report, remarks });
  };

  return {
    state,
    begin: (files: TrialFiles) => {
      setState({ step: 'reading', progress: { done: 0, all: files.images.length } });
      run(files).catch((error: unknown) => setState({ step: 'choosing', error }));
    },
  };
}
