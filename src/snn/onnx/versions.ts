import { SnnError } from '../errors.ts';
import type { Model } from './model.ts';

/** The operator domain of quantized networks. */
export const DOMAIN = 'com.brainchip';
const DOMAIN_VERSION = 1;
/** The standard operator set that the function bodies are written in. */
const STANDARD_VERSION = 21;

/** Throws SnnError 'version-unsupported' unless file and operator sets are known ones. */
export function checkVersions({ irVersion, opsets }: Model): void {
  if (irVersion < 8 || irVersion > 13) {
    throw new SnnError('version-unsupported', `ONNX IR version ${irVersion} is not supported`);
  }
  checkOpsets(opsets, 'the file');
  if (!opsets.some(({ domain }) => domain === DOMAIN)) {
    throw new SnnError('version-unsupported', `The file imports no operators of ${DOMAIN}`);
  }
}

/** The same for a file's or a function's operator set imports. */
export function checkOpsets(opsets: Model['opsets'], where: string): void {
  for (const { domain, version } of opsets) {
    const supported =
      domain === '' ? STANDARD_VERSION : domain === DOMAIN ? DOMAIN_VERSION : undefined;
    if (version !== supported) {
      const name = domain === '' ? 'the standard operators' : domain;
      throw new SnnError(
        'version-unsupported',
        `Version ${version} of ${name}, imported by ${where}, is not supported`,
      );
    }
  }
}
