// Runs in main, without a debugger, which would answer the page's question itself: creates a clinic up to
// its recovery key, closes the window twice, stays at first, and says what was asked.
const { app, dialog } = require('electron');
const { createClinic, pageOf, wait } = require('./page.cjs');

const asked = [];

app.on('web-contents-created', (_event, contents) => {
  contents.once('did-finish-load', () => void createAndLeave(contents));
});

async function createAndLeave(contents) {
  const { BrowserWindow } = require('electron');
  await createClinic(pageOf(contents));
  const window = BrowserWindow.getAllWindows()[0];
  for (const response of [0, 1]) {
    const answered = new Promise((resolve) => {
      dialog.showMessageBox = async (_window, { message }) => {
        asked.push({ message, isOpen: !window.isDestroyed() });
        setTimeout(resolve, 500);
        // As long as a person takes at the least: the page's answer is still under way.
        await wait(200);
        return { response };
      };
    });
    app.quit();
    await answered;
    if (response === 0) asked.push({ stays: !window.isDestroyed() });
  }
}

app.on('quit', () => process.stdout.write(`probe: ${JSON.stringify(asked)}\n`));
