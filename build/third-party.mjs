// Which packages of others are in the product, bundled or loaded beside it, with their licences:
// written into dist/third-party.json, which the program shows and a package's bill of materials names.
import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from './project.mjs';

/**
 * @typedef {{ name: string, version: string, licence: string, homepage: string | null, text: string }} ThirdParty
 *   licence: an SPDX expression; text: its licence files, one after the other
 */

/** The licences of packages that come without their text. */
const lackingTexts = path.join(projectRoot, 'build/licences');

/** A plugin for rolldown and vite that puts the folder of each bundled package into `folders`. */
export function recordPackages(/** @type {Set<string>} */ folders) {
  return {
    name: 'record-packages',
    /**
     * Modules, and what they only name, as a style sheet names its fonts.
     * @this {{ getModuleIds(): Iterable<string> }}
     */
    generateBundle(
      /** @type {unknown} */ _options,
      /** @type {Record<string, { originalFileNames?: string[] }>} */ bundle,
    ) {
      const assets = Object.values(bundle).flatMap(
        ({ originalFileNames = [] }) => originalFileNames,
      );
      for (const file of [...this.getModuleIds(), ...assets]) {
        const inner = file.replace(/^\0/, '').replace(/\?.*$/, '');
        const folder = packageFolder(path.resolve(projectRoot, 'renderer', inner));
        if (folder) folders.add(folder);
      }
    },
  };
}

/** The folder of the innermost package that a file is in, of node_modules alone. */
function packageFolder(/** @type {string} */ file) {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file.split(path.sep).join('/'))?.[0];
}

/**
 * @param {Iterable<string>} folders of packages
 * @returns {Promise<ThirdParty[]>} by name
 */
export async function thirdParties(folders) {
  const all = await Promise.all([...folders].map(thirdParty));
  return all.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** @returns {Promise<ThirdParty>} */
async function thirdParty(/** @type {string} */ folder) {
  const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const notices = globSync('{LICEN[CS]E,licen[cs]e,COPYING,NOTICE,THIRD-PARTY-NOTICES}*', {
    cwd: folder,
  }).sort();
  const own = path.join(lackingTexts, `${manifest.name.replace('/', '+')}.txt`);
  // Prebuilt libraries tell the licences of what is in them in their description.
  const files = existsSync(own) ? [own] : notices.length > 0 ? notices : ['README.md'];
  const texts = await Promise.all(
    files.map((name) => readFile(path.resolve(folder, name), 'utf8')),
  );
  if (!manifest.license)
    throw new Error(`${manifest.name} in ${path.relative(projectRoot, folder)} names no licence.`);
  return {
    name: manifest.name,
    version: manifest.version,
    licence: manifest.license,
    homepage: manifest.homepage ?? null,
    text: texts.map((text) => text.trim()).join('\n\n'),
  };
}
