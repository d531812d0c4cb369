// What a probe that runs in main does in the page, without a debugger, as a person would.

const wait = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

const fill = (label, value) => `(() => {
  const label = [...document.querySelectorAll('label')].find(({ textContent }) => textContent.startsWith('${label}'));
  const field = label.control;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, '${value}');
  field.dispatchEvent(new Event('input', { bubbles: true }));
})()`;

const button = (name) =>
  `[...document.querySelectorAll('button')].find(({ textContent, disabled }) => textContent.trim() === '${name}' && !disabled)`;

/** @param {import('electron').WebContents} contents */
function pageOf(contents) {
  const run = (/** @type {string} */ script) => contents.executeJavaScript(script, true);
  const until = async (/** @type {string} */ condition) => {
    while (!(await run(condition).catch(() => false))) await wait(100);
  };
  return {
    run,
    until,
    untilText: (/** @type {string} */ text) =>
      until(`document.body.innerText.includes(${JSON.stringify(text)})`),
    fill: (/** @type {string} */ label, /** @type {string} */ value) => run(fill(label, value)),
    /** Waits for the button, then presses it. */
    press: async (/** @type {string} */ name) => {
      await until(`${button(name)} !== undefined`);
      await run(`${button(name)}.click()`);
    },
  };
}

async function createClinic(page) {
  await page.press('Create your clinic');
  await page.fill('Clinic name', 'Riverside');
  await page.fill('Your name', 'Dr Winter');
  await page.fill('Passphrase', 'correct horse battery');
  await page.fill('Repeat passphrase', 'correct horse battery');
  await page.press('Create clinic');
  await page.until(`document.querySelector('h1')?.textContent === 'Your recovery key'`);
}

async function unlock(page) {
  await page.until(`document.querySelector('input[type=password]') !== null`);
  await page.fill('Your name', 'Dr Winter').catch(() => {});
  await page.fill('Passphrase', 'correct horse battery');
  await page.press('Unlock');
}

module.exports = { createClinic, pageOf, unlock, wait };
