import { readFileSync } from 'node:fs';
import { createEngine, readNetwork, explain, readHead } from '../src/snn/index.ts';
const net = readNetwork(readFileSync('models/qana-4/backbone.onnx'));
const head = readHead(JSON.parse(readFileSync('models/qana-4/head.json','utf8')));
console.log(net.macs, head.views, net.input.shape, net.spikeTensor);
const x = new Uint8Array(3*192*192).map((_, i) => (i * 7919) % 251);
for (const kind of ['event','simd'] as const) { const e = createEngine(kind, net); const t = performance.now(); e.run(x); const t2 = performance.now(); e.run(x); console.log(kind, t2-t, performance.now()-t2); }
import { views } from '../src/snn/index.ts';
const e2 = createEngine('event', net) as any; const vs = views(x, [3,192,192], head.views);
const t0 = performance.now(); const ex = explain(net, head, (function*(){ for (const v of vs) { e2.run(v); yield e2; } })()); console.log('explain', performance.now()-t0, ex.height, ex.width, ex.classes[0]!.score, ex.classes[0]!.residual);
