// Runs in main, without a debugger, which would answer the page's question itself: creates a clinic up to
// its recovery key, closes the window twice, stays at first, and says what was asked.
const { app, dialog } = require('electron');

const asked = [];
const fill = (label, value) => `(() => {
  const label = [...document.querySelectorAll('label')].find(({ textContent }) => textContent.startsWith('${label}'));
  const field = label.control;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, '${value}');
  field.dispatchEvent(new Event('input', { bubbles: true }));
})()`;
const click = (name) =>
  `[...document.querySelectorAll('button')].find(({ textContent }) => textContent.trim() === '${name}').click()`;
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

app.on('web-contents-created', (_event, contents) => {
  contents.once('did-finish-load', () => void createAndLeave(contents));
});

async function createAndLeave(contents) {
  const { BrowserWindow } = require('electron');
  const run = (script) => contents.executeJavaScript(script, true);
  const until = async (condition) => {
    while (!(await run(condition))) await wait(100);
  };
  await until(
    `[...document.querySelectorAll('button')].some(({ textContent }) => textContent.includes('Create your clinic'))`,
  );
  await run(click('Create your clinic'));
  await run(fill('Clinic name', 'Riverside'));
  await run(fill('Your name', 'Dr Winter'));
  await run(fill('Passphrase', 'correct horse battery'));
  await run(fill('Repeat passphrase', 'correct horse battery'));
  await run(click('Create clinic'));
  await until(`document.querySelector('h1')?.textContent === 'Your recovery key'`);

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
