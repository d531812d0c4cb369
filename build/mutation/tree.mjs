// A copy of the project in which one file at a time is changed, and its tests run.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundlePrograms } from '../programs.mjs';
import { nodeBinary, projectRoot } from '../project.mjs';

const COPIED = [
  'package.json',
  'tsconfig.json',
  'build',
  'docs',
  'electron',
  'migrations',
  'models',
  'native-bridge',
  'src',
  'test',
  'training',
];
/** The decoder may read these at their own place alone: the other packages are linked. */
const COPIED_PACKAGES = ['@img', 'libheif-js', '@cornerstonejs', 'koffi', '@koromix'];
/** Each file has modules of its own: hooks of a harness that two share would count for the first alone. */
const CONFIG = `import { BaseSequencer } from 'vitest/node';
const order = process.env.MUTATION_TESTS.split(' ');
const place = ({ moduleId }) => order.findIndex((file) => moduleId.endsWith('/' + file));
class InOrder extends BaseSequencer {
  async sort(files) { return files.toSorted((one, other) => place(one) - place(other)); }
}
export default { test: {
  testTimeout: 60000, hookTimeout: 60000, fileParallelism: false, bail: 1,
  sequence: { sequencer: InOrder }, reporters: ['json'], outputFile: 'judged.json',
  fsModuleCache: true, fsModuleCachePath: '.modules',
  coverage: {
    enabled: 'MUTATION_COVERED' in process.env, provider: 'v8', reporter: ['json'],
    include: [process.env.MUTATION_COVERED + '/**/*.ts'], reportsDirectory: '.covered',
  },
} };`;

/**
 * @typedef {{ name: string, status: string, startTime: number, endTime: number,
 *   assertionResults: { status: string, fullName: string, failureMessages: string[] }[] }} JudgedFile
 * @typedef {{ noticed: string | null, file: string | undefined, isTimedOut: boolean, tookMs: ReadonlyMap<string, number> }} Judged
 *   noticed: what failed, if anything, and in which file; tookMs: of each test's file
 */

const hasFailed = (/** @type {{ status: string }} */ { status }) => status === 'failed';
const hasFailedTest = (/** @type {JudgedFile} */ { assertionResults }) =>
  assertionResults.some(hasFailed);

export class Tree {
  #folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-mutants-'));
  #root = path.join(this.#folder, 'project');
  #temporary = path.join(this.#folder, 'temporary');

  /** @type {import('node:child_process').ChildProcess | undefined} */
  #run;

  constructor() {
    for (const name of COPIED) {
      cpSync(path.join(projectRoot, name), path.join(this.#root, name), { recursive: true });
    }
    const packages = path.join(projectRoot, 'node_modules');
    const own = path.join(this.#root, 'node_modules');
    mkdirSync(own);
    for (const name of readdirSync(packages)) {
      const [from, to] = [path.join(packages, name), path.join(own, name)];
      if (COPIED_PACKAGES.includes(name)) cpSync(from, to, { recursive: true });
      else symlinkSync(from, to);
    }
    const shared = path.join(path.dirname(projectRoot), 'shared');
    if (existsSync(shared)) symlinkSync(shared, path.join(this.#folder, 'shared'));
    writeFileSync(path.join(this.#root, 'vitest.config.mjs'), CONFIG);
  }

  /**
   * Does `work` while a mutant stands in for its source.
   * @template T
   * @param {import('./mutants.mjs').Mutant} mutant
   * @param {() => Promise<T>} work
   */
  async changed({ file, start, end, text }, work) {
    const copy = path.join(this.#root, file);
    const source = readFileSync(copy, 'utf8');
    writeFileSync(copy, source.slice(0, start) + text + source.slice(end));
    try {
      return await work();
    } finally {
      writeFileSync(copy, source);
    }
  }

  /** Bundles the programs that tests start, of the sources as they are now. */
  async bundle() {
    const dist = path.join(this.#root, 'dist');
    rmSync(dist, { recursive: true, force: true });
    await bundlePrograms(this.#root, dist);
  }

  /**
   * What a test's file executes of the sources of a folder, by their names.
   * @param {string} test
   * @param {string} sources
   * @param {number} limitMs
   * @returns {Promise<{ judged: Judged, covered: Map<string, import('./reach.mjs').Covered> }>}
   */
  async cover(test, sources, limitMs) {
    const judged = await this.judge([test], limitMs, { MUTATION_COVERED: sources });
    const report = path.join(this.#root, '.covered/coverage-final.json');
    const files = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {};
    rmSync(report, { force: true });
    return {
      judged,
      covered: new Map(Object.entries(files).map(([name, of]) => [this.#named({ name }), of])),
    };
  }

  /**
   * Runs tests in this order until one fails. One that never ends has noticed the change, too.
   * @param {readonly string[]} tests
   * @param {number} limitMs
   * @param {Readonly<Record<string, string>>} [environment]
   * @returns {Promise<Judged>}
   */
  async judge(tests, limitMs, environment = {}) {
    // Without a name vitest would run all of them.
    if (tests.length === 0)
      return { noticed: null, file: undefined, isTimedOut: false, tookMs: new Map() };
    const report = path.join(this.#root, 'judged.json');
    rmSync(report, { force: true });
    mkdirSync(this.#temporary);
    const vitest = path.join(projectRoot, 'node_modules/vitest/vitest.mjs');
    this.#run = spawn(nodeBinary(), [vitest, 'run', ...tests], {
      cwd: this.#root,
      stdio: 'ignore',
      // With all that it starts it is a group, which can be ended whole.
      detached: true,
      env: {
        ...process.env,
        TMPDIR: this.#temporary,
        TEMP: this.#temporary,
        MUTATION_TESTS: tests.join(' '),
        DERMASPIKE_EXACT_LAYERS: '300',
        ...environment,
      },
    });
    let isTimedOut = false;
    const limit = setTimeout(() => {
      isTimedOut = true;
      this.#end();
    }, limitMs);
    const [code] = await once(this.#run, 'exit');
    clearTimeout(limit);
    this.#end();
    this.#unmount();
    rmSync(this.#temporary, { recursive: true, force: true });
    const files = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).testResults : [];
    // Those that were left out after the first failure count as failed, too.
    const failed = files.find(hasFailedTest) ?? files.find(hasFailed);
    return {
      file: failed && this.#named(failed),
      noticed: code === 0 ? null : isTimedOut ? 'the limit of time' : this.#failure(failed),
      isTimedOut,
      tookMs: new Map(files.map((/** @type {JudgedFile} */ each) => this.#took(each))),
    };
  }

  remove() {
    this.#end();
    this.#unmount();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #end() {
    const { pid } = this.#run ?? {};
    this.#run = undefined;
    if (pid === undefined) return;
    try {
      process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }

  /** Tests fill small disks, which a run that is cut short leaves mounted. */
  #unmount() {
    if (process.platform !== 'linux') return;
    for (const line of readFileSync('/proc/mounts', 'utf8').split('\n')) {
      const [, place = ''] = line.split(' ');
      if (place.startsWith(`${this.#temporary}/`)) spawnSync('umount', ['--lazy', place]);
    }
  }

  #failure(/** @type {JudgedFile | undefined} */ file) {
    if (!file) return 'vitest itself';
    const test = file.assertionResults.find(hasFailed);
    const [why = ''] = test?.failureMessages ?? [];
    return `${this.#named(file)}: ${test?.fullName ?? 'does not load'} (${why.split('\n')[0]})`;
  }

  /**
   * @param {JudgedFile} file
   * @returns {[string, number]}
   */
  #took(file) {
    return [this.#named(file), file.endTime - file.startTime];
  }

  #named(/** @type {{ name: string }} */ { name }) {
    return path.relative(realpathSync(this.#root), name).split(path.sep).join('/');
  }
}
