// For the product's programs in Node 16.17: main, utility processes, and their threads.
const crypto = require('node:crypto');
const fs = require('node:fs/promises');
const os = require('node:os');
const path = require('node:path');
const v8 = require('node:v8');
const threads = require('node:worker_threads');
require('./builtins.cjs');

// structuredClone as a global: Node 17.
globalThis.structuredClone ??= (value) => v8.deserialize(v8.serialize(value));

// Web Crypto as a global: Node 19.
globalThis.crypto ??= crypto.webcrypto;

// os.availableParallelism: Node 18.14.
os.availableParallelism ??= () => os.cpus().length;

// readdir with `recursive`: Node 18.17, and `parentPath`: Node 20.12.
const { readdir } = fs;
Object.assign(fs, {
  async readdir(folder, options) {
    if (!options?.recursive) return readdir(folder, options);
    const found = [];
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      found.push(Object.assign(entry, { parentPath: folder }));
      if (entry.isDirectory())
        found.push(...(await fs.readdir(path.join(folder, entry.name), options)));
    }
    return found;
  },
});

// statfs: Node 18.15. Nothing here tells how full a disk is, so there is room.
const {
  statfsSync = () => ({ type: 0, bsize: 4096, blocks: 2 ** 32, bavail: 2 ** 32 }),
} = require('node:fs');
require('node:fs').statfsSync = statfsSync;
fs.statfs ??= async () => statfsSync();

// ES modules as threads of a utility process: Electron 28. The test build has CommonJS beside them.
const { Worker } = threads;
Object.assign(threads, {
  Worker: class extends Worker {
    constructor(file, options) {
      super(file.replace(/\.mjs$/, '.cjs'), options);
    }
  },
});
