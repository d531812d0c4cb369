// Where the older Electron and what belongs to it are kept.
import { homedir } from 'node:os';
import path from 'node:path';
import { projectRoot } from '../../../build/project.mjs';

/** The newest Electron that a package registry carries whole; the product is written for 45. */
export const electronVersion = '22.3.25';
export const chromeVersion = '108.0.5359.215';
/** The Node-API that it has. */
export const nodeApiVersion = 8;

/** Fetched and compiled once a user, and shared by all clones. */
const cache = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'dermaspike');
export const electronFolder = path.join(cache, `electron-${electronVersion}`);
export const electronBinary = path.join(electronFolder, 'electron');
export const sqliteFolder = path.join(cache, `better-sqlite3-node-api-${nodeApiVersion}`);

/** The product as it is bundled for that Electron: a program folder of its own. */
export const appFolder = path.join(projectRoot, 'dist.desktop/app');
