import { readClinicInfo, StoreError, unlockClinic } from '../../src/store/index.ts';

/** Looks at the clinic in `argv[2]` and unlocks it; writes what became of both, a line each. */
const [folder = '', userName = '', passphrase = ''] = process.argv.slice(2);

async function report(work: () => unknown): Promise<void> {
  try {
    await work();
    console.log('ok');
  } catch (error) {
    console.log(error instanceof StoreError ? `${error.code}: ${error.message}` : String(error));
  }
}

await report(() => readClinicInfo(folder));
await report(async () => (await unlockClinic(folder, { userName, passphrase })).store.close());
