// What an Electron that is not packaged runs: the program in the folder that it is told. The package
// that this Electron comes from has left its own out.
const { app } = require('electron');
const { readFileSync } = require('node:fs');
const path = require('node:path');

const folder = path.resolve(process.argv.slice(1).find((each) => !each.startsWith('-')) ?? '.');
const program = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
app.setName(program.productName);
app.setVersion(program.version);
app.setAppPath(folder);
require(path.join(folder, program.main));
