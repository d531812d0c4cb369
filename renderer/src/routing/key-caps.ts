import { useEffect } from 'react';

const root = document.documentElement;

/** Whether the key-caps are on the screen: a key pressed now is meant for the control beneath it. */
export const keyCapsAreShown = (): boolean => root.dataset.keys !== undefined;

/** Shows every control's key for as long as Alt is held. */
export function useKeyCaps(): void {
  useEffect(() => {
    const hide = () => delete root.dataset.keys;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Alt') return;
      root.dataset.keys = '';
    };
    const onKeyUp = (event: KeyboardEvent) => {
      if (event.key !== 'Alt') return;
      if (keyCapsAreShown()) event.preventDefault(); // Or the window's menu would take the focus.
      hide();
    };
    document.addEventListener('keydown', onKeyDown);
    document.addEventListener('keyup', onKeyUp);
    window.addEventListener('blur', hide);
    return () => {
      hide();
      document.removeEventListener('keydown', onKeyDown);
      document.removeEventListener('keyup', onKeyUp);
      window.removeEventListener('blur', hide);
    };
  }, []);
}
