import { constants, watch } from 'node:fs';
import { access, readdir, readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import { productRoot } from '../../src/processes/dist.ts';
import { openPipe } from '../links/pipe.ts';
import type { Obstacle } from '../shared/contract.ts';
import type { WireTimeouts } from '../wire/session.ts';
import type { Candidate, Discovery, Findings } from './discovery.ts';

/** BrainChip's boards, by the PCI ids that their driver lists, and the nodes that it makes. */
const vendor = 0x1e7c;
const boards: Readonly<Record<number, { readonly name: string; readonly node: string }>> = {
  48289: { name: 'AKD1000', node: 'akida' },
  42240: { name: 'AKD1500', node: 'akd1500_' },
};

/** The runtime takes its time to be imported, and to map a network. */
const timeouts: Partial<WireTimeouts> = { helloMs: 30_000, commitMs: 120_000 };

export interface PcieOptions {
  /** The clinic's Python with the runtime in it, if it is named. */
  readonly python: () => string | undefined;
  readonly sysFolder?: string;
  readonly devFolder?: string;
  readonly worker?: string;
  /** Rejects where this user may not use the file so. */
  readonly mayUse?: (file: string, mode: number) => Promise<void>;
}

/** In the packaged program it lies outside of the archive, where Python can read it. */
function shippedWorker(): string {
  return path
    .join(productRoot, 'native-bridge', 'akida-runtime', 'worker.py')
    .replace(`app.asar${path.sep}`, `app.asar.unpacked${path.sep}`);
}

/** BrainChip's boards on PCIe, each reached through a worker in the clinic's own Python. */
export class PcieDiscovery implements Discovery {
  readonly #options: Required<PcieOptions>;

  constructor(options: PcieOptions) {
    this.#options = {
      sysFolder: '/sys',
      devFolder: '/dev',
      worker: shippedWorker(),
      mayUse: access,
      ...options,
    };
  }

  async find(): Promise<Findings> {
    const found = await this.#listBoards();
    const findings = await Promise.all(found.map((board, index) => this.#examine(board, index)));
    return {
      candidates: findings.flatMap((each) => each.candidates),
      obstacles: findings.flatMap((each) => each.obstacles),
    };
  }

  /** The driver makes a node, or removes it. */
  onChange(listener: () => void): () => void {
    try {
      const watcher = watch(this.#options.devFolder, (_event, name) => {
        if (typeof name === 'string' && /^(akida|akd1500_)\d+$/.test(name)) listener();
      });
      watcher.on('error', () => {});
      watcher.unref();
      return () => watcher.close();
    } catch {
      // A system without such a folder has no such boards.
      return () => {};
    }
  }

  /** In the order of their addresses, as the driver numbers them. */
  async #listBoards(): Promise<Board[]> {
    const folder = path.join(this.#options.sysFolder, 'bus', 'pci', 'devices');
    const addresses = await readdir(folder).catch(() => []);
    const counts = new Map<string, number>();
    const found: Board[] = [];
    for (const address of addresses.toSorted()) {
      const [vendorId, deviceId] = await Promise.all(
        ['vendor', 'device'].map((name) => readId(path.join(folder, address, name))),
      );
      const kind = vendorId === vendor ? boards[deviceId ?? 0] : undefined;
      if (!kind) continue;
      const number = counts.get(kind.node) ?? 0;
      counts.set(kind.node, number + 1);
      const driver = await realpath(path.join(folder, address, 'driver')).catch(() => undefined);
      const node = path.join(this.#options.devFolder, `${kind.node}${number}`);
      found.push({ address, name: `BrainChip ${kind.name}`, node, driver });
    }
    return found;
  }

  async #examine(board: Board, index: number): Promise<Findings> {
    const { address, name } = board;
    const id = `pcie:${address}`;
    const label = `${name} at ${address}`;
    const trouble = await this.#trouble(board);
    if (trouble) return { candidates: [], obstacles: [{ id, link: 'pcie', label, ...trouble }] };
    const candidate: Candidate = {
      id,
      link: 'pcie',
      label,
      timeouts,
      open: async () =>
        openPipe({
          program: this.#options.python() ?? 'python3',
          args: [this.#options.worker, '--board', String(index)],
          withoutNetwork: true,
        }),
    };
    return { candidates: [candidate], obstacles: [] };
  }

  /** The first thing that is missing, from the hardware upwards. */
  async #trouble({
    name,
    node,
    driver,
  }: Board): Promise<Pick<Obstacle, 'problem' | 'remedy'> | undefined> {
    if (!(await this.#isUsable(node, constants.F_OK)))
      return driver === undefined
        ? {
            problem: `The board ${name} is there, but no driver is, so there is no ${node}.`,
            remedy: 'Install BrainChip’s driver akida_dw_edma, load it, and search again.',
          }
        : {
            problem: `The driver ${path.basename(driver)} has the board ${name}, but made no ${node}.`,
            remedy: 'Look into the kernel’s log ("dmesg"); update the driver akida_dw_edma.',
          };
    if (!(await this.#isUsable(node, constants.R_OK | constants.W_OK)))
      return {
        problem: `This user has no permission to read and write ${node}.`,
        remedy:
          'Copy build/60-dermaspike.rules to /etc/udev/rules.d, run "udevadm control --reload" ' +
          'and "udevadm trigger" as root, then log in again.',
      };
    const python = this.#options.python();
    if (python === undefined)
      return {
        problem: 'It is not said which Python has BrainChip’s runtime.',
        remedy:
          'Install the runtime under BrainChip’s licence, and name its Python as "akidaPython" in ' +
          'accelerators.json.',
      };
    if (path.isAbsolute(python) && !(await this.#isUsable(python, constants.X_OK)))
      return {
        problem: `The Python that accelerators.json names, ${python}, is not there.`,
        remedy: 'Correct "akidaPython" in accelerators.json, then search for devices again.',
      };
    return undefined;
  }

  #isUsable(file: string, mode: number): Promise<boolean> {
    return this.#options.mayUse(file, mode).then(
      () => true,
      () => false,
    );
  }
}

interface Board {
  /** On the bus: `0000:03:00.0`. */
  readonly address: string;
  readonly name: string;
  readonly node: string;
  readonly driver: string | undefined;
}

/** sysfs has ids as `0x1e7c` and a line end. */
async function readId(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return /^0x[0-9a-f]{4}\s*$/.test(text) ? Number.parseInt(text, 16) : undefined;
}
