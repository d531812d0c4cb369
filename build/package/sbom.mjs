// The bill of materials of a package, in CycloneDX 1.6 (ECMA-424): what is bundled, what is loaded
// beside it, and what is inside the libraries that come compiled.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from '../project.mjs';

/**
 * @param {{ version: string, builtAt: Date, electronVersion: string }} made
 * @returns {Promise<string>} JSON, the same for the same package
 */
export async function billOfMaterials({ version, builtAt, electronVersion }) {
  /** @type {import('../third-party.mjs').ThirdParty[]} */
  const parties = JSON.parse(
    await readFile(path.join(projectRoot, 'dist/third-party.json'), 'utf8'),
  );
  const components = await Promise.all(
    parties.map(async ({ name, version, licence, homepage }) => {
      const shipped = name === 'electron' ? electronVersion : version;
      const purl = `pkg:npm/${name.replace('@', '%40')}@${shipped}`;
      const inner = await compiledIn(name);
      return {
        type: name === 'electron' ? 'framework' : 'library',
        'bom-ref': purl,
        name,
        version: shipped,
        licenses: [
          licence.includes(' ') ? { expression: spdx(licence) } : { license: { id: licence } },
        ],
        purl,
        ...(homepage && { externalReferences: [{ type: 'website', url: homepage }] }),
        ...(inner.length > 0 && { components: inner }),
      };
    }),
  );
  const product = {
    type: 'application',
    'bom-ref': `pkg:generic/dermaspike@${version}`,
    name: 'dermaspike',
    version,
    licenses: [{ license: { id: 'Apache-2.0' } }],
  };
  const bom = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(components) + version)}`,
    version: 1,
    metadata: { timestamp: builtAt.toISOString(), component: product },
    components,
    dependencies: [
      { ref: product['bom-ref'], dependsOn: components.map((each) => each['bom-ref']) },
      ...components.map((each) => ({ ref: each['bom-ref'] })),
    ],
  };
  return `${JSON.stringify(bom, null, 2)}\n`;
}

/** What a prebuilt library says that it was compiled from. */
async function compiledIn(/** @type {string} */ name) {
  const file = path.join(projectRoot, 'node_modules', name, 'versions.json');
  if (!existsSync(file)) return [];
  const versions = JSON.parse(await readFile(file, 'utf8'));
  return Object.entries(versions).map(([inner, version]) => ({
    type: 'library',
    'bom-ref': `${name}/${inner}`,
    name: inner,
    version,
  }));
}

/** node-hid names one of its licences by an older word. */
const spdx = (/** @type {string} */ licence) => licence.replace(/\bX11\b/, 'BSD-3-Clause');

/** A UUID (RFC 9562, version 8) that says the same of the same text. */
function uuidOf(/** @type {string} */ text) {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
