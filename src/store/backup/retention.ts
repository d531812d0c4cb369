const newest = 3;
const days = 7;
const weeks = 5;
const months = 12;
const dayMs = 86_400_000;

interface Dated {
  readonly id: string;
  readonly madeAt: string;
  readonly proof: { readonly whole: boolean } | null;
}

/**
 * The backups to keep, of `backups` with the newest first: the last of each of seven days, five weeks
 * and twelve months that have one, the newest three of all, and the newest that was proven whole.
 */
export function kept(backups: readonly Dated[]): Set<string> {
  const keep = new Set<string>();
  const add = (backup: Dated | undefined) => backup && keep.add(backup.id);
  for (const backup of backups.slice(0, newest)) add(backup);
  add(backups.find(({ proof }) => proof?.whole));
  for (const [limit, period] of [
    [days, ({ madeAt }: Dated) => madeAt.slice(0, 10)],
    [weeks, ({ madeAt }: Dated) => String(Math.floor((Date.parse(madeAt) / dayMs + 3) / 7))],
    [months, ({ madeAt }: Dated) => madeAt.slice(0, 7)],
  ] as const) {
    const seen = new Set<string>();
    for (const backup of backups) {
      const of = period(backup);
      if (seen.has(of) || seen.size === limit) continue;
      seen.add(of);
      add(backup);
    }
  }
  return keep;
}
