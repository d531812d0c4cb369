export type Finding =
  | { readonly ok: true; readonly detail: string }
  | { readonly ok: false; readonly detail: string; readonly remedy: string };

/** One thing that the doctor looks at. */
export interface Check {
  readonly title: string;
  /** What to do when the check itself fails, by an error. */
  readonly remedy: string;
  run(): Finding | Promise<Finding>;
}

export function fine(detail: string): Finding {
  return { ok: true, detail };
}

export function problem(detail: string, remedy: string): Finding {
  return { ok: false, detail, remedy };
}

export const reinstall = 'Install the program again.';
