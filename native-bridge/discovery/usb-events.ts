/** By then a new device has its nodes, and they have their permissions. */
const settleMs = 700;

/**
 * Calls `listener` when anything is plugged or unplugged, and again once that has settled. Where the
 * library does not load nothing is heard. Returns what ends it.
 */
export function onUsbChange(listener: () => void): () => void {
  let isEnded = false;
  let timer: NodeJS.Timeout | undefined;
  const changed = () => {
    listener();
    clearTimeout(timer);
    timer = setTimeout(listener, settleMs).unref();
  };
  let stop = () => {};
  void import('usb').then(
    ({ usb }) => {
      if (isEnded) return;
      usb.on('attach', changed);
      usb.on('detach', changed);
      // Listening alone does not keep a process alive.
      usb.unrefHotplugEvents();
      stop = () => {
        usb.off('attach', changed);
        usb.off('detach', changed);
      };
    },
    () => {},
  );
  return () => {
    isEnded = true;
    clearTimeout(timer);
    stop();
  };
}
