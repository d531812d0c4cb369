// `node prepared.mjs DIST`: reads the network that a package carries as its first start would, and keeps
// in DIST what came of it, since an installed program's folder is not written to. In a process of its
// own that optimizes nothing: how V8 serializes a number depends on what its compilers have learned, and
// two packings of one commit are the same bytes.
import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { PreparedNetworks } from '../../native-bridge/accelerators/prepared-networks.ts';
import { SimdEngine } from '../../src/snn/index.ts';
import { projectRoot } from '../project.mjs';

const dist = path.resolve(process.argv[2] ?? '');
const stamp = path.join(dist, '.built-from');
await copyFile(path.join(projectRoot, 'dist/.built-from'), stamp);
const networks = new PreparedNetworks(path.join(dist, 'prepared'), stamp);
const file = await readFile(path.join(projectRoot, 'models/qana-4/backbone.onnx'));
const program = new SimdEngine(networks.open(file).network).prepared();
networks.keep(program);
process.stdout.write(path.join(dist, 'prepared', `${program.plan.network.sha256}.bin`));
