// `node build/languages.mjs` finds what the program says (the literals of `t` and the `id`s of `<Trans>`) and
// sorts the catalogues by it: what is no longer said goes. `--check` changes nothing and fails where something
// is said in English alone: a message without its translation, one whose places differ, or words in a screen
// that are given to neither. `--missing de` prints what German lacks, as JSON.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from '@messageformat/parser';
import { parseAst } from 'rolldown/parseAst';
import { projectRoot } from './project.mjs';

/** Attributes whose value is read by a person. */
const spoken = new Set(
  'aria-label aria-description aria-roledescription aria-valuetext alt title label placeholder hint lead what action'.split(
    ' ',
  ),
);
/** What is the same in every language: the product's name, units, symbols, codes, file names. */
const sameEverywhere =
  /^(?:Dermaspike|QANA|Akida|BrainChip|SHA-256|Ed25519|PDF|CSV|JSON|USB|PCIe|mm|px|dx|image_id|lesion_id|summary\.html|[A-Z]{1,3}|[\d\P{L}]+)+$/u;

/** @typedef {{ file: string, line: number, text: string }} Place */

/** @returns {{ said: Map<string, Place>, unsaid: Place[] }} */
function listen() {
  /** @type {Map<string, Place>} */
  const said = new Map();
  /** @type {Place[]} */
  const unsaid = [];
  const files = execFileSync(
    'git',
    ['ls-files', '--cached', '--others', '--exclude-standard', 'renderer/src', 'src', 'electron'],
    { cwd: projectRoot, encoding: 'utf8' },
  )
    .split('\n')
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.generated.ts'));
  for (const file of files) {
    const code = readFileSync(path.join(projectRoot, file), 'utf8');
    const isScreen = file.endsWith('.tsx');
    if (!isScreen && !code.includes('language/index.ts')) continue;
    const at = (/** @type {any} */ node, /** @type {string} */ text) => ({
      file,
      line: code.slice(0, node.start).split('\n').length,
      text,
    });
    visit(parseAst(code, { lang: isScreen ? 'tsx' : 'ts' }), (node) => {
      if (node.type === 'CallExpression' && node.callee.name === 't') {
        const text = literal(node.arguments[0]);
        if (text === undefined) unsaid.push(at(node, 't() of what is no literal'));
        else said.set(text, at(node, text));
      }
      if (node.type === 'JSXOpeningElement' && node.name.name === 'Trans') {
        const id = node.attributes.find((/** @type {any} */ each) => each.name?.name === 'id');
        const text = literal(id?.value?.expression ?? id?.value);
        if (text === undefined) unsaid.push(at(node, '<Trans> whose id is no literal'));
        else said.set(text, at(node, text));
      }
      const text =
        node.type === 'JSXText'
          ? node.value.trim()
          : node.type === 'JSXAttribute' && spoken.has(attributeName(node))
            ? (literal(node.value?.expression ?? node.value) ?? '')
            : '';
      if (/\p{L}{2}/u.test(text) && !sameEverywhere.test(text)) unsaid.push(at(node, text));
    });
  }
  return { said, unsaid };
}

/** @param {any} node */
const attributeName = ({ name }) =>
  name.type === 'JSXNamespacedName' ? `${name.namespace.name}:${name.name.name}` : name.name;

/** @param {any} node @returns {string | undefined} */
function literal(node) {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0)
    return node.quasis[0].value.cooked;
  return undefined;
}

/** @param {any} node @param {(node: any) => void} see */
function visit(node, see) {
  if (Array.isArray(node)) for (const each of node) visit(each, see);
  else if (typeof node?.type === 'string') {
    see(node);
    for (const key in node) if (typeof node[key] === 'object') visit(node[key], see);
  }
}

/** The places of a message and the tags around its parts, sorted. @param {string} message */
function placesOf(message) {
  /** @type {Set<string>} */
  const places = new Set();
  const read = (/** @type {any[]} */ tokens) => {
    for (const token of tokens) {
      if ('arg' in token) places.add(`{${token.arg}}`);
      for (const { tokens } of token.cases ?? []) read(tokens);
      if (token.type === 'content')
        for (const [tag] of token.value.matchAll(/<\/?\w+\/?>/g)) places.add(tag);
    }
  };
  read(parse(message));
  return [...places].sort().join(' ');
}

const fileOf = (/** @type {string} */ language) =>
  path.join(projectRoot, `src/language/${language}.json`);
const catalogueOf = (/** @type {string} */ language) =>
  /** @type {Record<string, string>} */ (JSON.parse(readFileSync(fileOf(language), 'utf8')));

const { said, unsaid } = listen();
const languages = ['de', 'fr', 'es'];
const [what, language = ''] = process.argv.slice(2);
if (what === '--missing') {
  const there = catalogueOf(language);
  const missing = [...said.keys()].filter((message) => !there[message]);
  process.stdout.write(`${JSON.stringify(missing, null, 1)}\n`);
} else if (what === '--check') {
  const faults = unsaid.map(({ file, line, text }) => `${file}:${line}: in English alone: ${text}`);
  for (const language of languages) {
    const there = catalogueOf(language);
    for (const [message, { file, line }] of said) {
      const translated = there[message];
      if (!translated) faults.push(`${file}:${line}: not in ${language}.json: ${message}`);
      else {
        const fault = differs(message, translated);
        if (fault) faults.push(`src/language/${language}.json: ${fault}: ${message}`);
      }
    }
    for (const message of Object.keys(there))
      if (!said.has(message)) faults.push(`src/language/${language}.json: not said: ${message}`);
  }
  for (const fault of faults) process.stderr.write(`${fault}\n`);
  if (faults.length > 0) process.exitCode = 1;
} else {
  for (const language of languages) {
    const there = catalogueOf(language);
    const kept = Object.keys(there)
      .filter((message) => said.has(message))
      .sort((a, b) => (a < b ? -1 : 1));
    const sorted = Object.fromEntries(kept.map((message) => [message, there[message]]));
    writeFileSync(fileOf(language), `${JSON.stringify(sorted, null, 2)}\n`);
    process.stdout.write(`${language}: ${kept.length} of ${said.size}\n`);
  }
}

/** @param {string} message @param {string} translated */
function differs(message, translated) {
  try {
    return placesOf(message) === placesOf(translated) ? undefined : 'other places than';
  } catch (error) {
    return `no ICU message (${error instanceof Error ? error.message.split('\n')[0] : error})`;
  }
}
