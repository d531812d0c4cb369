// Where the test build's main begins. ES modules in main: Electron 28.
require('./node.cjs');
require('./electron.cjs');
require('../dist/electron-main.cjs');
