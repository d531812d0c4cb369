// Which tests execute which place of a source, by the coverage of each test's file alone.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../project.mjs';

/**
 * @typedef {{ line: number, column: number | null }} Point
 * @typedef {{ start: Point, end: Point }} Place
 * @typedef {{ statementMap: Record<string, Place>, s: Record<string, number>,
 *   fnMap: Record<string, { loc: Place }>, f: Record<string, number>,
 *   branchMap: Record<string, { type: string, locations: Place[] }>, b: Record<string, number[]> }} Covered
 *   one file, as Istanbul's reports write it
 * @typedef {{ start: number, end: number, count: number }} Executed
 */

/**
 * Whether what was run executes the mutant's place: of all that encloses it the innermost tells.
 * @param {Covered | undefined} covered of the mutant's file
 * @param {import('./mutants.mjs').Mutant} mutant
 */
export function isExecuted(covered, { file, start: at }) {
  if (!covered) return false;
  const innermost = executedOf(covered, file)
    .filter(({ start, end }) => start <= at && at <= end)
    .reduce(narrower, undefined);
  // Declarations at the top of a file: whoever loads it executes them.
  return innermost === undefined || innermost.count > 0;
}

/**
 * @param {Executed | undefined} one
 * @param {Executed} other
 */
function narrower(one, other) {
  if (!one) return other;
  const difference = one.end - one.start - (other.end - other.start);
  return difference > 0 || (difference === 0 && other.count < one.count) ? other : one;
}

/** @type {WeakMap<Covered, readonly Executed[]>} */
const remembered = new WeakMap();

/**
 * @param {Covered} covered
 * @param {string} file
 */
function executedOf(covered, file) {
  const known = remembered.get(covered);
  if (known) return known;
  const source = readFileSync(path.join(projectRoot, file), 'utf8');
  const { statementMap, s, fnMap, f, branchMap, b } = covered;
  const lines = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
  // A place without a column ends with its line; an absent `else` has no place at all.
  const offset = (/** @type {Point} */ { line, column }) =>
    column === null ? (lines[line] ?? source.length) - 1 : (lines[line - 1] ?? 0) + column;
  /** @type {Executed[]} */
  const found = [];
  const add = (/** @type {Place} */ { start, end }, count = 0) => {
    if (start.line) found.push({ start: offset(start), end: offset(end), count });
  };
  for (const [id, place] of Object.entries(statementMap)) add(place, s[id]);
  for (const [id, { loc }] of Object.entries(fnMap)) add(loc, f[id]);
  // The branches of an `if` are told by their statements: the report gives the first one the place of all.
  for (const [id, { type, locations }] of Object.entries(branchMap))
    if (type !== 'if') for (const [index, place] of locations.entries()) add(place, b[id]?.[index]);
  remembered.set(covered, found);
  return found;
}
