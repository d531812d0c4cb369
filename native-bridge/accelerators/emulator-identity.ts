import product from '../../package.json' with { type: 'json' };
import type { AcceleratorIdentity } from '../../src/clinic/entities/index.ts';

/** What readings say of the emulator of this version of the program. */
export const emulatorIdentity: AcceleratorIdentity = {
  kind: 'emulator',
  name: 'Emulator (SIMD engine)',
  version: product.version,
};
