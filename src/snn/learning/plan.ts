import { SnnError } from '../errors.ts';
import { MELANOMA } from '../head/calibration.ts';
import type { Gravity, Head } from '../head/head.ts';
import type { LearnedClass } from './learned-head.ts';

/** One thing that a learned head changes of the shipped head's classes; a list of them is in order. */
export type Change =
  /** A class beside the others, or, with a parent, a kind of one, whose probability is shared out. */
  | {
      readonly kind: 'add';
      readonly code: string;
      readonly name: string;
      readonly gravity: Gravity;
      readonly parent: string | null;
    }
  /** Another name for people to read; the code stays. */
  | { readonly kind: 'rename'; readonly code: string; readonly name: string }
  /** Several classes become one. */
  | {
      readonly kind: 'merge';
      readonly codes: readonly string[];
      readonly into: { readonly code: string; readonly name: string; readonly gravity: Gravity };
    }
  /** Counts are adapted to the clinic's camera before they are scored. */
  | { readonly kind: 'camera' };

/** What the changes come to. */
export interface Plan {
  /** The classes side by side: the shipped ones in their order, then those added without a parent. */
  readonly trunk: readonly string[];
  readonly steps: readonly PlannedStep[];
  readonly classes: readonly LearnedClass[];
  /** Added by these changes, in their order. */
  readonly added: readonly string[];
  /** Of a class: the classes of the trunk of which it is made, or of which it is a kind. */
  readonly origins: ReadonlyMap<string, readonly string[]>;
  /** Counts are adapted to the clinic's camera. */
  readonly isAdapted: boolean;
}

export type PlannedStep =
  | { readonly kind: 'split'; readonly parent: string; readonly code: string }
  | { readonly kind: 'merge'; readonly codes: readonly string[]; readonly into: string };

/** Throws SnnError 'learning-refused' for a change that makes no sense after those before it. */
export function planChanges(head: Head, changes: readonly Change[]): Plan {
  let plan: Plan = {
    trunk: head.classes.map(({ code }) => code),
    steps: [],
    classes: head.classes.map((each) => ({ ...each, parent: null })),
    added: [],
    origins: new Map(head.classes.map(({ code }) => [code, [code]])),
    isAdapted: false,
  };
  for (const change of changes) plan = changed(plan, change);
  return plan;
}

function changed(plan: Plan, change: Change): Plan {
  switch (change.kind) {
    case 'add':
      return withClass(plan, change);
    case 'rename':
      checkName(plan, change.name, [find(plan, change.code).code]);
      return { ...plan, classes: plan.classes.map((each) => renamed(each, change)) };
    case 'merge':
      return withMerge(plan, change);
    case 'camera':
      if (plan.isAdapted) throw refused('The counts are adapted to the camera already');
      return { ...plan, isAdapted: true };
  }
}

function withClass(plan: Plan, change: Change & { kind: 'add' }): Plan {
  const { code, name, gravity, parent } = change;
  if (parent !== null) find(plan, parent);
  checkCode(plan, code, []);
  checkName(plan, name, []);
  const entry = { code, name, gravity, parent };
  const added = [...plan.added, code];
  if (parent === null) {
    return {
      ...plan,
      added,
      trunk: [...plan.trunk, code],
      classes: [...plan.classes, entry],
      origins: new Map([...plan.origins, [code, [code]]]),
    };
  }
  return {
    ...plan,
    added,
    steps: [...plan.steps, { kind: 'split', parent, code }],
    classes: plan.classes.flatMap((each) => (each.code === parent ? [each, entry] : each)),
    origins: new Map([...plan.origins, [code, plan.origins.get(parent) ?? []]]),
  };
}

function withMerge(plan: Plan, { codes, into }: Change & { kind: 'merge' }): Plan {
  const merged = codes.map((code) => find(plan, code));
  if (new Set(codes).size < 2) throw refused('A merge needs two classes or more');
  if (codes.includes(MELANOMA) && into.code !== MELANOMA) {
    throw refused(`What melanoma is merged into keeps its code, "${MELANOMA}"`);
  }
  checkCode(plan, into.code, codes);
  checkName(plan, into.name, codes);
  const [parent = null, ...otherParents] = new Set(merged.map((each) => each.parent));
  const isKind = otherParents.length === 0 && !codes.includes(parent ?? '');
  const entry = { ...into, parent: isKind ? parent : null };
  const [first] = plan.classes.filter((each) => merged.includes(each));
  return {
    ...plan,
    steps: [...plan.steps, { kind: 'merge', codes, into: into.code }],
    classes: plan.classes.flatMap((each) => {
      if (each === first) return entry;
      if (merged.includes(each)) return [];
      return codes.includes(each.parent ?? '') ? { ...each, parent: into.code } : each;
    }),
    origins: new Map([
      ...plan.origins,
      [into.code, [...new Set(codes.flatMap((code) => plan.origins.get(code) ?? []))]],
    ]),
  };
}

function renamed(each: LearnedClass, { code, name }: Change & { kind: 'rename' }): LearnedClass {
  return each.code === code ? { ...each, name } : each;
}

function find({ classes }: Plan, code: string): LearnedClass {
  const found = classes.find((each) => each.code === code);
  if (!found) throw refused(`There is no class "${code}"`);
  return found;
}

/** A code is never given to another class, so that what it once named cannot be mistaken. */
function checkCode({ origins }: Plan, code: string, leaving: readonly string[]): void {
  if (code.trim() === '') throw refused('A class needs a code');
  const same = [...origins.keys()].find((each) => plain(each) === plain(code));
  if (same !== undefined && !leaving.includes(code)) throw refused(`The code "${code}" is taken`);
}

function checkName({ classes }: Plan, name: string, except: readonly string[]): void {
  if (plain(name) === '') throw refused('A class needs a name');
  const same = classes.find(
    (each) => !except.includes(each.code) && plain(each.name) === plain(name),
  );
  if (same) throw refused(`"${name}" is the name of the class ${same.code}`);
}

/** Without what people do not tell names apart by: case, accents, spaces. */
function plain(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[\p{Mark}\s]/gu, '')
    .toLowerCase();
}

/** What a class is called after all merges. */
export function codeAfter({ steps }: Plan, code: string): string {
  return steps.reduce(
    (now, step) => (step.kind === 'merge' && step.codes.includes(now) ? step.into : now),
    code,
  );
}

export function refused(detail: string): SnnError {
  return new SnnError('learning-refused', `${detail}.`);
}
