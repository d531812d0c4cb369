// Compiles the encrypted database's library for the older Electron. Its sources keep references to
// JavaScript strings, which Node-API has from version 10 on; here they keep the text instead.
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { cpus } from 'node:os';
import path from 'node:path';
import { nodeBinary, projectRoot } from '../../../build/project.mjs';
import { run } from './command.mjs';
import { nodeApiVersion, sqliteFolder } from './places.mjs';

const modules = path.join(projectRoot, 'node_modules');
const source = path.join(modules, 'better-sqlite3');
const keptString = `struct KeptString {
  napi_env env = nullptr;
  std::string text;
  Napi::String Value() const { return Napi::String::New(env, text); }
};
`;

/** What is changed in which file; each must be found. */
const changes = /** @type {const} */ ([
  ['binding.gyp', 'NAPI_VERSION=10', `NAPI_VERSION=${nodeApiVersion}`],
  ['src/util/constants.cpp', 'Napi::Reference<Napi::String>', 'KeptString'],
  [
    'src/util/constants.cpp',
    'Napi::Persistent(InternalizedFromLatin1(env, str))',
    'KeptString{env, str}',
  ],
  ['src/util/helpers.cpp', 'Napi::Reference<Napi::String>', 'KeptString'],
  ['src/util/bind-map.cpp', 'Napi::Reference<Napi::String>', 'KeptString'],
  [
    'src/util/bind-map.cpp',
    'Napi::Persistent(InternalizedFromUtf8(env, name, -1))',
    'KeptString{env, name}',
  ],
  ['src/util/bind-map.cpp', 'Napi::Persistent(pair->name.Value())', 'pair->name'],
]);

/** The version whose library `sqliteFolder` holds. */
const stamp = path.join(sqliteFolder, 'built-from.txt');

/** Whether the library there is of the version that the lockfile names. */
export function hasSqlite() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === version();
}

/** Compiles it in about a minute; keeps what is there already. */
export async function compileSqlite() {
  if (hasSqlite()) return;
  await mkdir(path.dirname(sqliteFolder), { recursive: true });
  const folder = mkdtempSync(`${sqliteFolder}-new-`);
  try {
    cpSync(source, folder, { recursive: true });
    cpSync(path.join(modules, 'node-addon-api'), path.join(folder, 'node_modules/node-addon-api'), {
      recursive: true,
    });
    for (const [name, from, to] of changes) replace(path.join(folder, name), from, to);
    const helpers = path.join(folder, 'src/util/helpers.cpp');
    writeFileSync(helpers, keptString + readFileSync(helpers, 'utf8'));
    compile(folder);
    cpSync(
      path.join(folder, 'build/Release/better_sqlite3.node'),
      path.join(folder, 'prebuilds/linux-x64.node'),
    );
    for (const name of ['build', 'deps', 'src'])
      rmSync(path.join(folder, name), { recursive: true });
    writeFileSync(path.join(folder, 'built-from.txt'), version());
    rmSync(sqliteFolder, { recursive: true, force: true });
    renameSync(folder, sqliteFolder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function version() {
  return JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8')).version;
}

function replace(/** @type {string} */ file, /** @type {string} */ from, /** @type {string} */ to) {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from))
    throw new Error(`better-sqlite3 has changed: there is no "${from}" in ${file}.`);
  writeFileSync(file, text.replaceAll(from, to));
}

function compile(/** @type {string} */ folder) {
  const gyp = path.join(modules, 'node-gyp/bin/node-gyp.js');
  const headers = nodeHeaders();
  try {
    run(
      nodeBinary(),
      [
        gyp,
        'rebuild',
        '--release',
        '--force_build=1',
        `--jobs=${cpus().length}`,
        ...(headers ? [`--nodedir=${headers}`] : []),
      ],
      // The build runs `node` of its own.
      {
        cwd: folder,
        env: { ...process.env, PATH: `${path.dirname(nodeBinary())}:${process.env.PATH}` },
      },
    );
  } catch (error) {
    throw new Error(
      'The encrypted database’s library could not be compiled for the desktop tests:\n' +
        `${/** @type {Error} */ (error).message}\n` +
        'It needs `apt-get install g++ make python3`, and Node’s headers: from the network, or beside Node.',
    );
  }
}

/** The folder whose `include/node` holds Node's headers; without one node-gyp fetches them. */
function nodeHeaders() {
  return [
    process.env.npm_config_nodedir,
    path.resolve(process.execPath, '../..'),
    '/usr',
    '/usr/local',
  ].find((folder) => folder && existsSync(path.join(folder, 'include/node/node_api.h')));
}
