// Where the test build's main begins. ES modules in main: Electron 28.
require('./node.cjs');
require('./electron.cjs');
// What a test wants to know from inside a packaged program, which it cannot look into.
if (process.env.DERMASPIKE_PROBE) require(process.env.DERMASPIKE_PROBE);
require('../dist/electron-main.cjs');
