// Runs in main: tries to open the developer tools when the page is there, says what came of it, quits.
const { app } = require('electron');

app.on('web-contents-created', (_event, contents) => {
  contents.once('did-finish-load', () => {
    const { isPackaged } = app;
    contents.once('devtools-opened', () => report(isPackaged, true));
    contents.openDevTools({ mode: 'detach' });
    setTimeout(() => report(isPackaged, contents.isDevToolsOpened()), 3_000);
  });
});

function report(isPackaged, toolsOpened) {
  process.stdout.write(`probe: ${JSON.stringify({ isPackaged, toolsOpened })}\n`);
  app.quit();
}
