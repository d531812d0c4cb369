import { useEffect, useRef } from 'react';
import { t } from '../../../src/language/index.ts';
import { currentScreenSettings } from '../theme/screen-settings.ts';
import { keyCapsAreShown } from './key-caps.ts';

/**
 * Shortcuts by key: `j`, `?`, `arrowdown`, or with Ctrl/Cmd: `mod+k`. Those without `mod` are off
 * while someone types, while a dialog is open, and when switched off in Settings. One that returns
 * false leaves the key to the browser.
 */
export type Shortcuts = Readonly<Record<string, (event: KeyboardEvent) => unknown>>;

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
export const modName = isMac ? '⌘' : t('Ctrl');

export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      if (event.altKey && !keyCapsAreShown()) return;
      const mod = isMac ? event.metaKey : event.ctrlKey;
      // With Alt held a key may write another letter than the one on its cap.
      const key = (event.altKey ? event.code.replace(/^(Key|Digit)/, '') : event.key).toLowerCase();
      if (!mod && (event.ctrlKey || event.metaKey)) return;
      if (!mod && (isTyping(event.target) || isDialogOpen() || !singleKeysAreOn())) return;
      const handler = latest.current[mod ? `mod+${key}` : key];
      if (handler && handler(event) !== false) event.preventDefault();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

export const singleKeysAreOn = (): boolean => currentScreenSettings().singleKeys;

export const isDialogOpen = (): boolean => document.querySelector('dialog[open]') !== null;

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'file', 'range'].includes(target.type);
  return target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName);
}
