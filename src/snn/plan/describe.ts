import type { MapView, Plan, Step } from './plan.ts';

/** One step of a plan, as a table shows it. */
export interface PlanRow {
  /** The layer's name in the file; 'image' for the first step. */
  readonly layer: string;
  /** The layer's operator in the file. */
  readonly operator: string;
  /** Channels × height × width of what the step writes. */
  readonly shape: string;
  /** Multiply-accumulates that the kernel does; fewer than the layer's where it has a diagonal. */
  readonly macs: number;
  /** Weights, and the map that the step writes. */
  readonly bytes: number;
  /** How: 'product (relaxed)', 'depthwise (v128)', 'add + rescaling', 'scalar neurons', … */
  readonly kernel: string;
}

/** The plan's steps in order. Layers that take none (a concatenation, a fused one) have no row. */
export function describePlan(plan: Plan): readonly PlanRow[] {
  return plan.steps.map((step) => {
    const weights =
      step.kernel === 'product' || step.kernel === 'events' || step.kernel === 'depthwise';
    return {
      layer: 'operator' in step ? step.operator.name : 'image',
      operator: 'operator' in step ? step.operator.type : 'InputQuantizer',
      shape: step.output.shape.join('×'),
      macs: weights ? step.operator.macs : 0,
      bytes: mapBytes(step.output) + (weights ? step.operator.weights.length : 0),
      kernel: kernelName(step),
    };
  });
}

function kernelName(step: Step): string {
  switch (step.kernel) {
    case 'product':
      return step.neurons ? `product (${step.dot})` : `product to 32 bits (${step.dot})`;
    case 'depthwise':
      return `${step.isCommon ? 'depthwise 3 columns' : 'depthwise'} (${step.dot})`;
    case 'add':
      return step.rescaling ? 'add + rescaling' : 'add';
    default:
      return step.kernel.replace('-', ' ');
  }
}

function mapBytes({ shape, width, valueBytes }: MapView): number {
  return shape[1] * shape[2] * width * valueBytes;
}
