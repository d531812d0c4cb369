import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import { t } from '../src/language/index.ts';

/** What the menu asks of the program. */
export interface MenuActions {
  lock(): void;
  print(): void;
  savePdf(): void;
  /** Shows one of the workstation's own addresses. */
  go(address: '#/settings/keys' | '#/settings/reading' | '#/settings/you'): void;
}

/** As few menus as a desktop expects, on each system's own keys. */
export function setMenu({ lock, print, savePdf, go }: MenuActions): void {
  const isMac = process.platform === 'darwin';
  const settings: MenuItemConstructorOptions = {
    label: t('Settings'),
    accelerator: 'CmdOrCtrl+,',
    click: () => go('#/settings/you'),
  };
  const about: MenuItemConstructorOptions = {
    label: t('About Dermaspike'),
    click: () => go('#/settings/reading'),
  };
  const ownMenu: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      about,
      { type: 'separator' },
      settings,
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  };
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [ownMenu] : []),
    {
      label: t('File'),
      submenu: [
        { label: t('Lock'), accelerator: 'CmdOrCtrl+L', click: lock },
        { type: 'separator' },
        { label: t('Print…'), accelerator: 'CmdOrCtrl+P', click: print },
        { label: t('Save as PDF…'), click: savePdf },
        { type: 'separator' },
        ...(isMac
          ? [{ role: 'close' } as const]
          : [settings, { type: 'separator' } as const, { role: 'quit' } as const]),
      ],
    },
    { role: 'editMenu' },
    {
      label: t('View'),
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged
          ? []
          : [{ type: 'separator' } as const, { role: 'toggleDevTools' } as const]),
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        { label: t('Keyboard Shortcuts'), click: () => go('#/settings/keys') },
        ...(isMac ? [] : [about]),
      ],
    },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
