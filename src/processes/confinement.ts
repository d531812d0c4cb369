import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { distFile, productRoot } from './dist.ts';
import type { ProcessName } from './host.ts';

/** How a Node is started for a process: by what program, and with which options before its file. */
export interface Launch {
  readonly execPath: string;
  readonly execArgv: readonly string[];
}

/**
 * The decoder gets untrusted bytes, and answers over its link alone. Its codecs run in WebAssembly's memory;
 * Node's permission model lets it, and its threads, read the program's own files and nothing else, write no
 * file, start no program and load no native code. Where Linux lets a user do so, it has no network either.
 */
export function launchOf(name: ProcessName, options: readonly string[]): Launch {
  if (name !== 'decoder') return { execPath: process.execPath, execArgv: options };
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

const readable = [
  path.join(distFile(), '*'),
  path.join(productRoot, 'package.json'),
  ...['@img', 'libheif-js', '@cornerstonejs/codec-openjpeg'].map((name) =>
    path.join(productRoot, 'node_modules', name, '*'),
  ),
];

/** Emscripten's file system for Node, which is not used, asks for numbers by a way that is closed then. */
const withoutBinding =
  'data:text/javascript,import{constants}from"node:fs";process.binding=()=>({fs:constants})';

const permissions = [
  '--permission',
  ...readable.map((place) => `--allow-fs-read=${place}`),
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
