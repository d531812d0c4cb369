// A thread of the emulator that ends before it has started. Each writes one sign into a file.
import { appendFileSync } from 'node:fs';

appendFileSync(process.env.UNSTARTABLE_THREADS ?? '', '.');
process.exit(7);
