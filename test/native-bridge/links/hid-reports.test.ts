import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromReport, toReports } from '../../../native-bridge/links/hid-reports.ts';

describe('HID reports', () => {
  it('carry any stream of bytes, in any report size', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 500 }),
        fc.integer({ min: 8, max: 256 }),
        (bytes, size) => {
          const reports = toReports(bytes, size);
          for (const report of reports) expect(report).toHaveLength(size);
          const back = reports.flatMap((report) => [...(fromReport(report, size) ?? [])]);
          expect(back).toEqual([...bytes]);
        },
      ),
    );
  });

  it('are left alone when they are of another size, or claim to carry nothing or too much', () => {
    expect(fromReport(Uint8Array.of(1, 7), 8)).toBeUndefined();
    expect(fromReport(new Uint8Array(8), 8)).toBeUndefined();
    expect(fromReport(new Uint8Array(8).fill(8), 8)).toBeUndefined();
    expect(fromReport(new Uint8Array(8).fill(7), 8)).toHaveLength(7);
    expect(fromReport(new Uint8Array(0), 8)).toBeUndefined();
  });
});
