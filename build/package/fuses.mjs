// Electron's fuses: switches inside its binary that nobody can turn back by a variable or an argument.
import {
  FuseState,
  FuseV1Options,
  FuseVersion,
  flipFuses,
  getCurrentFuseWire,
} from '@electron/fuses';

/** @type {Record<keyof typeof FuseV1Options, boolean>} */
export const fuses = {
  RunAsNode: false,
  EnableCookieEncryption: true,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  // Effective on macOS and Windows.
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
  // The engine's WebAssembly is faster with them: bounds are then checked by the processor.
  WasmTrapHandlers: true,
};

/** Sets them in `binary`; those that an older Electron does not have yet are left out. */
export async function setFuses(/** @type {string} */ binary) {
  const known = Object.keys(await readFuses(binary));
  const wanted = Object.entries(fuses).filter(([name]) => known.includes(name));
  await flipFuses(binary, {
    version: FuseVersion.V1,
    strictlyRequireAllFuses: false,
    resetAdHocDarwinSignature: process.platform === 'darwin',
    ...Object.fromEntries(
      wanted.map(([name, isOn]) => [FuseV1Options[/** @type {'RunAsNode'} */ (name)], isOn]),
    ),
  });
}

/**
 * What the binary's fuses are, by name.
 * @returns {Promise<Record<string, boolean>>}
 */
export async function readFuses(/** @type {string} */ binary) {
  const wire = await getCurrentFuseWire(binary);
  const states = Object.entries(wire).filter(([index]) => index !== 'version');
  return Object.fromEntries(
    states
      .filter(([, state]) => state === FuseState.ENABLE || state === FuseState.DISABLE)
      .map(([index, state]) => [FuseV1Options[Number(index)], state === FuseState.ENABLE]),
  );
}
