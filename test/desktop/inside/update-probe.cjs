// Runs in main of the program before an update, of the one after it, and of the first again once more:
// creates a clinic and installs the update, steps back, quits. Each start leaves a line in a file.
const { app, dialog } = require('electron');
const { appendFileSync, existsSync } = require('node:fs');
const { createClinic, pageOf, unlock } = require('./page.cjs');

const { DERMASPIKE_STEPS: steps = '', DERMASPIKE_UPDATE: update = '' } = process.env;
const isFirst = !existsSync(steps);

app.on('web-contents-created', (_event, contents) => {
  contents.once('did-finish-load', () => {
    const page = pageOf(contents);
    const work = isFirst ? install : app.getVersion() === '99.0.0' ? stepBack : leave;
    work(page).catch((error) => note({ error: String(error) }));
  });
});

async function install(page) {
  await createClinic(page);
  await page.run(`document.querySelector('input[type=checkbox]').click()`);
  await page.press('Continue');
  await openProgram(page);
  dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [update] });
  await page.press('Update from a file…');
  await page.press('Set a copy aside and install');
  await page.untilText('is in place, and runs from the next start on');
  note({ did: 'installed' });
  await page.press('Start it now');
}

async function stepBack(page) {
  await unlock(page);
  await openProgram(page);
  await page.untilText('This version replaced 1.0.0');
  await page.press('Step back to 1.0.0…');
  await page.untilText('cannot read the clinic’s database');
  note({ did: 'stepped back' });
  await page.press('Close and step back');
}

async function leave(page) {
  await unlock(page);
  await openProgram(page);
  await page.untilText('Copies of the clinic');
  note({ did: 'opened again' });
  app.quit();
}

async function openProgram(page) {
  await page.until(`document.querySelector('a[href="#/patients"]') !== null`);
  await page.run(`location.hash = '#/settings/program'`);
  await page.untilText('an AppImage, which replaces itself');
}

function note(what) {
  const line = { version: app.getVersion(), isPackaged: app.isPackaged, ...what };
  appendFileSync(steps, `${JSON.stringify(line)}\n`);
}
