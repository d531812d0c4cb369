import path from 'node:path';
import { dataFolder } from '../processes/data-folder.ts';
import {
  type Backup,
  type BackupAccess,
  type Contents,
  erasedListFile,
  findBackup,
  proveBackup,
  readClinicInfo,
  restoreBackup,
  unlockClinic,
  verifyBackup,
} from '../store/index.ts';
import { type Command, parse, required, type Terminal, UsageError } from './command.ts';
import { givenPassphrase, givenRecoveryKey } from './key-variables.ts';
import { progressBar } from './terminal.ts';
import { productVersion } from './version.ts';

const keyOptions = [
  '  --user NAME   whose passphrase the variable DERMASPIKE_PASSPHRASE holds; without it the',
  '                variable DERMASPIKE_RECOVERY_KEY holds the recovery key',
];

export const backupCommand: Command = {
  name: 'backup',
  summary: 'Backs the clinic up to a folder: what is new since the last time is written, sealed.',
  usage: 'FOLDER --user NAME [--data DIR] [--only] [--json]',
  options: [
    '  FOLDER        on another disk or a share; it serves one clinic',
    '  --user NAME   whose passphrase the variable DERMASPIKE_PASSPHRASE holds',
    '  --data DIR    the data folder, if it is not the usual one',
    '  --only        write everything anew and let go of all former backups, as after an erasure',
    '  --json        {id, madeAt, blocks, newBlocks, writtenBytes} on stdout',
  ],
  async run(args, terminal) {
    const { values, positionals } = parse(args, {
      user: { type: 'string' },
      data: { type: 'string' },
      only: { type: 'boolean', default: false },
      json: { type: 'boolean' },
    });
    const folder = oneFolder(positionals);
    const clinic = path.join(dataFolder(values.data), 'clinic');
    const userName = required(values.user, 'user');
    const { store } = await unlockClinic(clinic, { userName, passphrase: givenPassphrase() });
    try {
      const made = await store.backUp(folder, productVersion, {
        onlyThis: values.only,
        erasedList: erasedListFile(dataFolder(values.data)),
        onProgress: bar(terminal, 'backed up'),
      });
      terminal.progress('');
      if (values.json) terminal.out(JSON.stringify(made));
      else
        terminal.out(
          `Backed up to ${folder}: ${made.newBlocks} of ${made.blocks} blocks were new, ${megabytes(made.writtenBytes)} written.`,
        );
    } finally {
      store.close();
    }
    return 0;
  },
};

export const verifyCommand: Command = {
  name: 'verify',
  summary: 'Reads a backup through, names what is damaged, and proves it by restoring it aside.',
  usage: 'FOLDER [--user NAME] [--backup ID] [--scratch DIR] [--json]',
  options: [
    '  FOLDER        that the clinic was backed up to',
    ...keyOptions,
    '  --backup ID   another one than the newest',
    '  --scratch DIR also restore it into this new folder, compare counts and audit chain, remove it',
    '  --json        {id, madeAt, contents, damages: [{file, at, firstPage, lastPage}]} on stdout',
  ],
  async run(args, terminal) {
    const { values, positionals } = parse(args, {
      user: { type: 'string' },
      backup: { type: 'string' },
      scratch: { type: 'string' },
      json: { type: 'boolean' },
    });
    const folder = oneFolder(positionals);
    const given = {
      ...(values.backup && { id: values.backup }),
      access: access(values.user),
      onProgress: bar(terminal, 'read'),
    };
    let verdict = await verifyBackup(folder, given);
    if (values.scratch && verdict.damages.length === 0)
      verdict = await proveBackup(folder, values.scratch, given);
    terminal.progress('');
    const { backup, contents, damages } = verdict;
    if (values.json)
      terminal.out(JSON.stringify({ id: backup.id, madeAt: backup.madeAt, contents, damages }));
    else {
      terminal.out(describe(backup, contents));
      for (const { file, at, firstPage, lastPage } of damages)
        terminal.out(
          `FAIL  ${file}, byte ${at}: pages ${firstPage} to ${lastPage} of the database`,
        );
      if (damages.length === 0) terminal.out('ok    every block is as it was written');
    }
    return damages.length === 0 ? 0 : 1;
  },
};

export const restoreCommand: Command = {
  name: 'restore',
  summary: 'Brings a clinic back from a backup; the one that is there is set aside, not removed.',
  usage: 'FOLDER [--user NAME] [--backup ID] [--data DIR] [--replace] [--json]',
  options: [
    '  FOLDER        that the clinic was backed up to',
    ...keyOptions,
    '  --backup ID   another one than the newest',
    '  --data DIR    the data folder, if it is not the usual one',
    '  --replace     although there is a clinic in the data folder, which is set aside',
    '  --json        {id, madeAt, contents} on stdout',
  ],
  async run(args, terminal) {
    const { values, positionals } = parse(args, {
      user: { type: 'string' },
      backup: { type: 'string' },
      data: { type: 'string' },
      replace: { type: 'boolean' },
      json: { type: 'boolean' },
    });
    const folder = oneFolder(positionals);
    const data = dataFolder(values.data);
    const found = await findBackup(folder, values.backup);
    const replaced = readClinicInfo(path.join(data, 'clinic'));
    if (replaced && !values.replace)
      throw new UsageError(
        `The backup of ${found.clinicName} of ${found.madeAt} would take the place of the clinic ${replaced.clinicName} in ${data}. Say --replace to have that one set aside.`,
      );
    const { backup, contents } = await restoreBackup(data, folder, {
      id: found.id,
      access: access(values.user),
      onProgress: bar(terminal, 'restored'),
    });
    terminal.progress('');
    if (values.json)
      terminal.out(JSON.stringify({ id: backup.id, madeAt: backup.madeAt, contents }));
    else terminal.out(`Restored into ${data}.\n${describe(backup, contents)}`);
    return 0;
  },
};

function describe({ clinicName, madeAt }: Backup, contents: Contents): string {
  const { patients, lesions, images, readings, reviews, auditEntries } = contents;
  return `${clinicName}, backed up ${madeAt}: ${patients} patients, ${lesions} lesions, ${images} images, ${readings} readings, ${reviews} reviews, ${auditEntries} audit entries`;
}

function oneFolder(positionals: readonly string[]): string {
  const [folder, ...others] = positionals;
  if (folder === undefined || others.length > 0) throw new UsageError('One folder is wanted.');
  return path.resolve(folder);
}

function access(userName: string | undefined): BackupAccess {
  return userName === undefined
    ? { recoveryKey: givenRecoveryKey() }
    : { userName, passphrase: givenPassphrase() };
}

const bar = (terminal: Terminal, what: string) => (share: number) =>
  terminal.progress(progressBar(Math.round(share * 100), 100, what));
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
