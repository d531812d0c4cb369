// Says why a reading came out so, on a thread of its own: the event engine counts each spike.
import { parentPort } from 'node:worker_threads';
import {
  EventEngine,
  estimateEnergy,
  explain,
  type LayerActivity,
  readNetwork,
  summarizeActivity,
  views,
} from '../snn/index.ts';
import type { Explained, ExplainingTask } from './explaining.ts';
import { loadShippedModel } from './model.ts';

function explained({ modelFolder, tensor }: ExplainingTask): Explained {
  const { file, head } = loadShippedModel(modelFolder);
  const network = readNetwork(file);
  const engine = new EventEngine(network);
  const activity: LayerActivity[][] = [];
  const runs = function* () {
    for (const view of views(tensor, network.input.shape, head.views)) {
      activity.push([...engine.run(view).layerActivity]);
      yield engine;
    }
  };
  const { height, width, classes } = explain(network, head, runs());
  const { layers, total } = summarizeActivity(network, added(activity));
  // Each view does the dense work of one image.
  const dense = { ...total, denseMacs: total.denseMacs * head.views };
  const energy = estimateEnergy({ layers, total: dense });
  return {
    views: head.views,
    height,
    width,
    classes: classes.map(({ code, map, bias, rounding, saturation, residual, score }) => ({
      code,
      map: [...map],
      bias,
      rest: rounding + saturation + residual,
      score,
    })),
    layers: layers.map(({ layer, events, sparsity, synapticOperations }) => ({
      layer,
      events,
      sparsity,
      synapticOperations,
    })),
    energy: {
      arithmeticUj: energy.estimatedArithmeticUj,
      totalUj: energy.estimatedTotalUj,
      denseUj: energy.estimatedDenseUj,
      model: energy.model.name,
      source: energy.model.source,
      leavesOut: energy.model.leavesOut,
    },
  };
}

/** Layer by layer over all views. */
function added([first = [], ...others]: readonly (readonly LayerActivity[])[]): LayerActivity[] {
  return first.map((layer, index) =>
    others.reduce((sum, view) => {
      const other = view[index] ?? layer;
      return {
        layer: sum.layer,
        events: sum.events + other.events,
        activations: sum.activations + other.activations,
        synapticOperations: sum.synapticOperations + other.synapticOperations,
      };
    }, layer),
  );
}

const port = parentPort;
if (!port) throw new Error('This file runs as a thread of the station only.');
port.once('message', (task: ExplainingTask) => port.postMessage(explained(task)));
