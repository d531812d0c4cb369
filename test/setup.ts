import { setUp } from '../build/setup.mjs';

/** Tests start the product's processes from `dist/`, so it must be what the sources say. */
export async function setup(): Promise<void> {
  await setUp({ quiet: true });
}
