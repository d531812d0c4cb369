import path from 'node:path';
import { unlockClinic } from '../../src/store/index.ts';

/** Opens the clinic in `argv[2]`, says so, and erases a patient. Meant to be killed. */
const [folder = '', userName = '', passphrase = '', id = ''] = process.argv.slice(2);
const { store, user } = await unlockClinic(folder, { userName, passphrase });
process.stdout.write('open\n');
const subject = { kind: 'patient', id } as const;
const order = { subject, reason: 'request', userId: user.id, secondUserId: null } as const;
store.erasures.erase(order, () => {});
await store.erasures.finish(path.join(folder, 'set-aside'));
store.close();
