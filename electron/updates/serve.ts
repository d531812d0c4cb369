import { readFileSync } from 'node:fs';
import path from 'node:path';
import { app, type BrowserWindow, dialog, shell } from 'electron';
import { readUpdateKeys, type UpdateKey } from '../../src/interchange/updates/keys.ts';
import { updateExtension } from '../../src/interchange/updates/update-file.ts';
import { t } from '../../src/language/index.ts';
import type { ChoiceOutcome, InstallOutcome, Refused } from '../../src/processes/desktop-page.ts';
import { productRoot } from '../../src/processes/dist.ts';
import type { Link } from '../../src/processes/link.ts';
import { loadMigrations } from '../../src/store/migrations.ts';
import type { OwnPage } from '../own-page.ts';
import { installedProgram } from './installed.ts';
import { Updater } from './updater.ts';

/** Answers the page about updates from files; only main opens, proves and installs them. */
export function serveUpdates(
  page: OwnPage,
  dataFolder: string,
  openConnection: () => Link | undefined,
): void {
  const { platform, arch, execPath, env } = process;
  const program = installedProgram({
    version: app.getVersion(),
    database: loadMigrations().length,
    isPackaged: app.isPackaged,
    ...{ platform, arch, execPath, env },
  });
  const updater = new Updater({
    program,
    keys: packedKeys(),
    folder: path.join(dataFolder, 'updates'),
    openConnection,
    onProgress: (progress) => page.window?.webContents.send('dermaspike:update-progress', progress),
  });
  let installed: InstallOutcome | undefined;

  const choose = async (window: BrowserWindow): Promise<ChoiceOutcome> => {
    const { canceled, filePaths } = await dialog.showOpenDialog(window, {
      title: t('Update from a file'),
      filters: [{ name: t('Dermaspike update'), extensions: [updateExtension] }],
      properties: ['openFile'],
    });
    const [file] = filePaths;
    return canceled || !file ? { outcome: 'cancelled' } : updater.prove(file);
  };
  const install = async (): Promise<InstallOutcome> => {
    installed = await updater.install();
    return installed;
  };
  const finish = async (): Promise<void> => {
    if (installed?.outcome !== 'installed') return;
    const { next, file } = installed;
    if (next === 'by-hand') return shell.showItemInFolder(file);
    if (next === 'restart') app.relaunch({ execPath: file });
    // Windows asks for an administrator itself, and the installer waits until the program has ended.
    else if ((await shell.openPath(file)) !== '') return shell.showItemInFolder(file);
    app.quit();
  };
  const stepBack = async (): Promise<Refused | null> => {
    const done = await updater.stepBack();
    if (done.outcome === 'refused') return done;
    if (program.file) app.relaunch({ execPath: program.file });
    else await tellWhatToInstall(done.version, done.file);
    app.quit();
    return null;
  };

  page.answer('update-state', () => updater.state());
  page.answer('update-choose', choose);
  page.answer('update-install', install);
  page.answer('update-finish', finish);
  page.answer('update-step-back', stepBack);
}

/** None where the file is not there: then no update is accepted. */
function packedKeys(): UpdateKey[] {
  try {
    return readUpdateKeys(
      readFileSync(path.join(productRoot, 'build/package/update-keys.pem'), 'utf8'),
    );
  } catch {
    return [];
  }
}

async function tellWhatToInstall(version: string, file: string | null): Promise<void> {
  await dialog.showMessageBox({
    type: 'info',
    buttons: [t('Quit')],
    message: t('Now install version {version}.', { version }),
    detail: [
      t('The clinic is as it was before the update, and the newer one is kept beside it.'),
      file
        ? t('The package of version {version} is {file}.', { version, file })
        : t(
            'Its package is where this computer was first set up from; do not start this version again before.',
          ),
    ].join(' '),
  });
  if (file) shell.showItemInFolder(file);
}
