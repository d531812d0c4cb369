// Which sources are mutated, and which tests judge a mutant of each.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../project.mjs';

/**
 * @typedef {object} Part
 * @property {string} sources The folder whose files are changed.
 * @property {string} tests The folder whose tests judge them.
 * @property {readonly string[]} [also] Tests of another folder: they judge the files that they are about.
 * @property {RegExp} [programs] Files that these tests run in programs of `dist/`, too: those are bundled
 *   anew for each mutant of such a file.
 * @property {RegExp} [spared] Files of the folder that are not changed.
 * @property {Readonly<Record<string, RegExp>>} [near] Tests by the files that they are about, where
 *   their names do not say so.
 * @property {readonly { of: RegExp, tests: readonly string[] }[]} [chosen] The tests of a file, in the
 *   first rule that fits it, quick ones first. Without, all of the folder, the nearest first.
 */

/** @type {Readonly<Record<string, Part>>} */
export const PARTS = {
  snn: {
    sources: 'src/snn',
    tests: 'test/snn',
    // Some of its tests compare millions of integers: too long for every mutant.
    chosen: [
      { of: /^(head\/|ln)/, tests: ['ln', 'age', 'views', 'calibration', 'arithmetic', 'head'] },
      { of: /^random/, tests: ['random'] },
      { of: /^explain\//, tests: ['explain/grid', 'explain/views', 'explain/explain'] },
      {
        of: /^(plan|engines\/simd)\//,
        tests: [
          'zeros',
          'simd/constants',
          'quantizeml',
          'simd/plan',
          'simd/kernels',
          'random-networks',
          'simd/exactness',
        ],
      },
      {
        of: /./,
        tests: [
          'bounds',
          'model',
          'wire',
          'importer',
          'refusals',
          'quantizeml',
          'energy',
          'arithmetic',
          'random-networks',
          'vectors',
        ],
      },
    ],
  },
  imaging: {
    sources: 'src/imaging',
    tests: 'test/imaging',
    programs: /./,
    // Figures that invented lesions are drawn with: another picture would do as well.
    spared: /^phantom\//,
    near: {
      bounds: /^contract/,
      codecs: /^(heic|jpeg2000|codec-error|source)/,
      conversions: /^(decode|source|tiff|profiled-tiff|exif)\.ts/,
      'bad-files': /^(sniff|jpeg-end|bmp|source|errors)/,
      limits: /^(memory|limits|decoder|process)/,
      measuring: /^decode\.ts/,
      decode: /^limits/,
      decoder: /^limits/,
      exif: /^tiff\.ts/,
      source: /^tiff\.ts/,
    },
  },
  store: {
    sources: 'src/store',
    tests: 'test/store',
    near: {
      'data-key': /^reencryption/,
      'durable-file': /^backup\/medium-files/,
      'high-water': /^(log-frames|opening)/,
      'key-zeroing': /^(accounts|clinics|high-water)/,
      keys: /^(clinics|key-slots|opening)/,
      'patient-merges': /^repositories\/double-pairs/,
      records: /^repositories\/(images|lesions|models|numbers|readings|reviews)/,
      'set-aside-copies': /^put-back/,
      'vouched-records': /^(baseline|clinic-state|records)/,
    },
  },
  // The station itself runs within its tests; of the programs that it starts none is mutated.
  station: {
    sources: 'src/station',
    tests: 'test/station',
    also: ['connections', 'keeper'].map((name) => `test/web-shell/${name}.test.ts`),
    // Figures of invented patients, as those of the phantoms.
    spared: /^demo\/patients/,
    near: {
      audit: /^(health-keeper|patient-reads|handlers\/health)/,
      'backup-keeper': /^backup\/(found|proofs|soon)/,
      'blind-reader': /^veil/,
      bounds: /^contract\//,
      'chosen-folder': /^backup\/folder/,
      'class-heads': /^classes\/(active-heads|approval|class-map|overview)/,
      'class-packs': /^classes\/(imported-classes|packs)/,
      'class-screens': /^handlers\/(classes|readings)/,
      corrections: /^handlers\/(images|lesions|move-notes|patients)/,
      days: /^handlers\/(consents|follow-ups|histology|judgement|retention|reviews)/,
      'diagnostics-text': /^diagnostics/,
      entered:
        /^(patient-reads|handlers\/(accelerators|audit|backup|images|overviews|recent|settings))/,
      erasures: /^eraser/,
      explaining: /^handlers\/readings/,
      'follow-ups': /^handlers\/(histology|judgement|quality)/,
      importer: /^overview-import/,
      locks: /^(commissioning|handlers\/(classes|erasures|measuring|users))/,
      measuring: /^(course|measurer)/,
      'older-readings': /^classes\/rescorer/,
      pages: /^handlers\/(images|lesions|overviews|patient-merges|patients)/,
      people:
        /^(access|handlers\/(accelerators|copies|health|measuring|second-opinions|session|users))/,
      recent: /^(undoing|handlers\/context)/,
      screens: /^(clinics|session)/,
      'sharing-screens': /^(sharing\/|handlers\/sharing)/,
      'side-by-side': /^handlers\/patients/,
      'second-opinions': /^(veil|handlers\/(judgement|quality|reviews))/,
      'station-end': /^station\.ts/,
      station: /^(clinics|importer|session|demo\/|handlers\/(images|reviews|session))/,
      summary: /^patient-folder\/(summary|html|record)/,
      told: /^handlers\//,
      users: /^(data-key-keeper|handlers\/(session|settings))/,
    },
  },
  bridge: {
    sources: 'native-bridge',
    tests: 'test/native-bridge',
    programs: /./,
    near: {
      exchange: /^wire\/session/,
      figures: /^(accelerators\/attestation-record|discovery\/obstacles|supervision\/tally)/,
      frame: /^wire\/(crc32c|parser)/,
      'lying-device': /^accelerators\/(attestation|wire-accelerator)\.ts/,
      links: /^links\//,
      post: /^supervision\/job/,
    },
  },
  interchange: { sources: 'src/interchange', tests: 'test/interchange' },
  clinic: {
    sources: 'src/clinic',
    tests: 'test/clinic',
    programs: /-worker\.ts$/,
    also: ['test/language/language.test.ts'],
    near: {
      bounds: /^(entities\/|card)/,
      explaining: /^explaining-worker/,
      language: /^wording\/(counts|dates|lists|numbers)/,
      learning: /^learning-worker/,
      lesions: /^wording\/(anatomy|overviews)/,
      patients: /^wording\/risk/,
      'typed-text': /^entities\/primitives/,
    },
  },
};

/** Files of a part that compute something: no generated ones, none of declarations alone. */
export function sourcesOf(/** @type {Part} */ { sources, spared = /^$/ }) {
  return filesUnder(sources).filter(
    (file) =>
      !/\.(d|generated)\.ts$/.test(file) && !spared.test(path.posix.relative(sources, file)),
  );
}

/** Every test of a part that judges anything. */
export function testsOf(/** @type {Part} */ { tests, also = [], chosen }) {
  const all = chosen
    ? chosen.flatMap((rule) => rule.tests.map((name) => `${tests}/${name}.test.ts`))
    : filesUnder(tests).filter((file) => file.endsWith('.test.ts'));
  return [...new Set([...all, ...also])];
}

/**
 * The tests that judge a mutant of `file`, in the order in which they are run: the ones about
 * it, then those whose names share most words with its path, of these the ones that import it by the
 * fewest steps, of these the quickest. Where it is known which ones execute its place, no others. Else
 * one that does not import it comes last where it may start a program that does.
 * @param {Part} part
 * @param {string} file
 * @param {object} known
 * @param {ReadonlyMap<string, number>} known.tookMs what each test takes
 * @param {ReadonlySet<string> | undefined} known.executing
 */
export function judgesOf(part, file, { tookMs, executing }) {
  const { sources, tests, chosen, near } = part;
  const inPart = path.posix.relative(sources, file);
  const rule = chosen?.find(({ of }) => of.test(inPart));
  if (rule) return rule.tests.map((name) => `${tests}/${name}.test.ts`);
  const words = wordsOf(inPart);
  const steps = importersOf(file);
  const ranks = [...(executing ?? testsOf(part))].map((test) => {
    const name = path.basename(test, '.test.ts');
    const isAbout = name === path.basename(file, '.ts') || near?.[name]?.test(inPart);
    const shared = [...wordsOf(path.posix.relative(tests, test))].filter((word) =>
      words.has(word),
    ).length;
    const away = steps.get(test) ?? FAR;
    return { test, away, rank: [isAbout ? 0 : 1, -shared, away, tookMs.get(test) ?? 0] };
  });
  return ranks
    .filter(({ away }) => isInPrograms(part, file) || away < FAR)
    .sort((one, other) => compare(one.rank, other.rank))
    .map(({ test }) => test);
}

/** Tests of a part that import one of these files. */
export function testsImporting(/** @type {Part} */ part, /** @type {ReadonlySet<string>} */ files) {
  const importing = new Set([...files].flatMap((file) => [...importersOf(file).keys()]));
  return testsOf(part).filter((test) => importing.has(test));
}

/** Tests of a part that start a script of their folder which imports `file`: their coverage is without it. */
export function testsStarting(/** @type {Part} */ part, /** @type {string} */ file) {
  const importing = importersOf(file);
  return testsOf(part).filter((test) => {
    const scripts = read(test).matchAll(/import\.meta\.dirname, '([^']*\.ts)'/g);
    const folder = path.posix.dirname(test);
    return [...scripts].some(([, name = '']) => importing.has(path.posix.join(folder, name)));
  });
}

/**
 * Whether the tests' own process executes a file's mutants, so that its coverage tells which ones do.
 * @param {Part} part
 * @param {string} file
 */
export const isTraced = (part, file) => !part.chosen && !isInPrograms(part, file);

/**
 * @param {Part} part
 * @param {string} file
 */
export const isInPrograms = ({ sources, programs }, file) =>
  programs?.test(path.posix.relative(sources, file)) ?? false;

const FAR = 1000;

/** Of a path, in the singular, so that `repositories/class-packs.ts` goes with `classes.test.ts`. */
function wordsOf(/** @type {string} */ file) {
  const words = file.replace(/(\.test)?\.ts$/, '').split(/[/-]/);
  return new Set(words.map((word) => word.replace(/(?<=s|x|ch)es$|(?<!s)s$/, '')));
}

/**
 * @param {readonly number[]} one
 * @param {readonly number[]} other
 */
function compare(one, other) {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}

/** @type {Map<string, Set<string>> | undefined} */
let importers;

/** By how many steps each file imports `file`, of those that do. */
function importersOf(/** @type {string} */ file) {
  importers ??= findImporters();
  const away = new Map([[file, 0]]);
  for (const [next, steps] of away)
    for (const importer of importers.get(next) ?? [])
      if (!away.has(importer)) away.set(importer, steps + 1);
  return away;
}

function findImporters() {
  /** @type {Map<string, Set<string>>} */
  const found = new Map();
  for (const file of ['src', 'native-bridge', 'test'].flatMap(filesUnder)) {
    for (const [, target = ''] of read(file).matchAll(/(?:from |import\()'(\.[^']*)'/g)) {
      const imported = path.posix.join(path.posix.dirname(file), target);
      found.set(imported, (found.get(imported) ?? new Set()).add(file));
    }
  }
  return found;
}

const read = (/** @type {string} */ file) => readFileSync(path.join(projectRoot, file), 'utf8');

function filesUnder(/** @type {string} */ folder) {
  return readdirSync(path.join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${folder}/${file.split(path.sep).join('/')}`)
    .sort();
}
