import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readUpdateKeys } from '../interchange/updates/keys.ts';
import { UpdateFile } from '../interchange/updates/update-file.ts';
import { productRoot } from '../processes/dist.ts';
import { type Command, parse, UsageError } from './command.ts';
import { progressBar } from './terminal.ts';

export const updateCommand: Command = {
  name: 'update',
  summary: 'Checks an update file: who signed it, what is in it, and that it is whole.',
  usage: 'verify FILE [--keys PEM] [--json]',
  options: [
    '  FILE          made by npm run package -- --update KEY.pem',
    '  --keys FILE   public keys to accept (default: those packed with the program)',
    '  --json        one JSON object on stdout',
  ],
  async run(args, terminal) {
    const { values, positionals } = parse(args, {
      keys: { type: 'string', default: path.join(productRoot, 'build/package/update-keys.pem') },
      json: { type: 'boolean' },
    });
    const [verb, file, ...others] = positionals;
    if (verb !== 'verify' || file === undefined || others.length > 0)
      throw new UsageError('One update file is wanted: update verify FILE.');
    const update = await UpdateFile.open(file, readUpdateKeys(await readFile(values.keys, 'utf8')));
    try {
      await update.verify((share) =>
        terminal.progress(progressBar(Math.round(share * 100), 100, 'checked')),
      );
    } finally {
      await update.close();
    }
    terminal.progress('');
    const { manifest, signedBy } = update;
    const { fingerprint } = signedBy;
    if (values.json) terminal.out(JSON.stringify({ file, signedBy: fingerprint, ...manifest }));
    else
      terminal.out(
        [
          `${file}: whole, and signed with the key ${fingerprint}.`,
          `  ${manifest.fileName}, ${(manifest.sizeBytes / 1e6).toFixed(1)} MB, SHA-256 ${manifest.sha256}`,
          `  version ${manifest.version} for ${manifest.platform} on ${manifest.arch} (${manifest.kind}), made ${manifest.madeAt}`,
          `  brings databases of version ${manifest.leastDatabase} and later to ${manifest.database}`,
          ...(manifest.notes ? ['', manifest.notes.trim()] : []),
        ].join('\n'),
      );
    return 0;
  },
};
