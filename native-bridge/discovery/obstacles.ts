import type { LinkKind, Obstacle } from '../shared/contract.ts';
import { messageOf } from '../shared/message-of.ts';

/** A native library that does not load. */
export function libraryObstacle(link: LinkKind, label: string, error: unknown): Obstacle {
  const reason = messageOf(error);
  const [missing] = /lib[\w.-]+\.so[\w.]*(?=: cannot open)/.exec(reason) ?? [];
  return {
    id: `library:${link}`,
    link,
    label,
    problem: `Such devices cannot be looked for: ${reason}.`,
    remedy: missing
      ? `Install the system's package with ${missing} (Debian, Ubuntu: libusb-1.0-0).`
      : 'Install the program again.',
  };
}

/** How this user is allowed to open USB and HID devices. */
export function permissionRemedy(platform: NodeJS.Platform = process.platform): string {
  if (platform === 'linux')
    return (
      'Copy build/60-dermaspike.rules to /etc/udev/rules.d, run "udevadm control --reload" as ' +
      'root, then unplug the device and plug it in again.'
    );
  if (platform === 'win32')
    return 'Give the device the driver WinUSB, as build/windows-devices.md says.';
  return 'End the program that uses it, then unplug the device and plug it in again.';
}
