import { readPreference, usePreference, writePreference } from './preferences.ts';

export type Theme = 'system' | 'light' | 'dark';

const parse = (value: string | null): Theme =>
  value === 'light' || value === 'dark' ? value : 'system';

/** Puts the remembered choice on the page; tokens.css does the rest. */
export function applyTheme(theme = parse(readPreference('theme'))): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

export function chooseTheme(theme: Theme): void {
  writePreference('theme', theme);
  applyTheme(theme);
}

export const useTheme = (): Theme => parse(usePreference('theme'));
