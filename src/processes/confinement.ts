import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { distFile, productRoot } from './dist.ts';
import type { ProcessName } from './host.ts';
import { isSealable, refuseRings, type Seal, sealProcess } from './seal/seal.ts';

/** How a Node is started for a process: by what program, and with which options before its file. */
export interface Launch {
  readonly execPath: string;
  readonly execArgv: readonly string[];
}

/**
 * The decoder gets untrusted bytes, and answers over its link alone. Its codecs run in WebAssembly's memory;
 * Node's permission model lets it, and its threads, read the program's own files and nothing else, write no
 * file, start no program and load no native code but what seals it. Where Linux lets a user do so, it has no
 * network either, and from then on nothing that this process starts has a ring (`refuseRings`). Under Electron it is started without any of this, and sealed alone.
 */
export function launchOf(name: ProcessName, options: readonly string[]): Launch {
  if (name !== 'decoder') return { execPath: process.execPath, execArgv: options };
  refuseRings();
  const confined = [...options, ...permissions];
  const [execPath = process.execPath, ...execArgv] = awayFromNetwork([
    process.execPath,
    ...confined,
  ]);
  return { execPath, execArgv };
}

/** A command such that what it starts has no network, where Linux lets a user arrange that; else itself. */
export function awayFromNetwork(command: readonly string[]): readonly string[] {
  return canLeaveNetwork() ? [unshare, ...withoutNetwork, ...command] : command;
}

/**
 * The decoder's own part, before the first file comes: the system itself then holds it and its threads to the
 * program's files, without sockets, programs and other processes.
 */
export function sealDecoder(): Seal {
  return sealProcess(installed ? [installed] : programFolders);
}

/** Of an installed program: where the archive lies that holds the program's files, and those beside it. */
const installed = /^(.*)[\\/]app\.asar\b/.exec(productRoot)?.[1];

const programFolders = [
  distFile(),
  ...['@img/sharp-wasm32', 'libheif-js', '@cornerstonejs/codec-openjpeg'].map((name) =>
    path.join(productRoot, 'node_modules', name),
  ),
];

/** What calls the system, for `sealDecoder`. */
const sealers = ['koffi', '@koromix'].map((name) => path.join(productRoot, 'node_modules', name));

/** Emscripten's file system for Node, which is not used, asks for numbers by a way that is closed then. */
const withoutBinding =
  'data:text/javascript,import{constants}from"node:fs";process.binding=()=>({fs:constants})';

const permissions = [
  '--permission',
  `--allow-fs-read=${path.join(productRoot, 'package.json')}`,
  ...[...programFolders, ...(isSealable ? sealers : [])].map(
    (folder) => `--allow-fs-read=${path.join(folder, '*')}`,
  ),
  ...(isSealable ? ['--allow-addons'] : []),
  // Its threads are held to the same.
  '--allow-worker',
  '--disable-warning=SecurityWarning',
  `--import=${withoutBinding}`,
];

const unshare = '/usr/bin/unshare';
const withoutNetwork = ['--user', '--net'];

let leavesNetwork: boolean | undefined;

/** Some systems have no `unshare`, and some let no user make a namespace. */
function canLeaveNetwork(): boolean {
  leavesNetwork ??=
    process.platform === 'linux' &&
    spawnSync(unshare, [...withoutNetwork, '/bin/true'], { stdio: 'ignore', env: {} }).status === 0;
  return leavesNetwork;
}
