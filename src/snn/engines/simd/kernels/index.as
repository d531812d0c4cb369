export { add, addRescaled } from './add';
export { depthwisePotentials, depthwiseSpikes } from './depthwise';
export { depthwise3 } from './depthwise3';
export { potentials, spikes } from './gemm';
export { border, copy, image4, maxPool, sumPixels } from './maps';
export { pack } from './pack';
export { probe } from './probe';
