export { depthwisePotentials, depthwiseSpikes } from './depthwise';
export { potentials, spikes } from './gemm';
export { add, border, copy, image4, maxPool, sumPixels } from './maps';
export { pack } from './pack';
export { probe } from './probe';
