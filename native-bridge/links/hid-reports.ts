/** Bytes of the stream that a report of `reportBytes` carries: the first tells how many are meant. */
function room(reportBytes: number): number {
  return reportBytes - 1;
}

/** A piece of the stream as reports of a fixed size, without report ids. */
export function toReports(bytes: Uint8Array, reportBytes: number): Uint8Array[] {
  const reports: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += room(reportBytes)) {
    const piece = bytes.subarray(at, at + room(reportBytes));
    const report = new Uint8Array(reportBytes);
    report[0] = piece.length;
    report.set(piece, 1);
    reports.push(report);
  }
  return reports;
}

/** What a report carries of the stream; nothing where it is not one of ours. */
export function fromReport(report: Uint8Array, reportBytes: number): Uint8Array | undefined {
  const count = report[0] ?? 0;
  if (report.length !== reportBytes || count === 0 || count > room(reportBytes)) return undefined;
  return report.subarray(1, 1 + count);
}
