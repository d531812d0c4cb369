export { add, addRescaled } from './add';
export {
  depthwisePotentials, depthwisePotentialsSplit, depthwiseSpikes, depthwiseSpikesSplit,
} from './depthwise';
export { depthwise3, depthwise3Stride2 } from './depthwise3';
export { squaredDistances } from './distances';
export { eventSpikes } from './events';
export { potentials, potentialsSplit, spikes, spikesSplit } from './gemm';
export { border, copy, image4, maxPool, sumPixels } from './maps';
export { pack } from './pack';
export { probe } from './probe';
