import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const rectangle = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(400),
  height: z.int().min(300),
});
const windowState = z.object({ bounds: rectangle, maximized: z.boolean() });
export type WindowState = z.infer<typeof windowState>;
type Rectangle = z.infer<typeof rectangle>;

/** Where the window was last time; nothing when that is unknown or no longer on any screen. */
export function readWindowState(
  file: string,
  screens: readonly Rectangle[],
): WindowState | undefined {
  try {
    const state = windowState.parse(JSON.parse(readFileSync(file, 'utf8')));
    return screens.some((screen) => overlaps(screen, state.bounds)) ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps where the window is; a failure costs only the convenience. */
export function writeWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify(state));
    renameSync(`${file}.new`, file);
  } catch {}
}

/** Enough of the window is on the screen to take hold of it. */
function overlaps(screen: Rectangle, bounds: Rectangle): boolean {
  const graspPx = 100;
  const width =
    Math.min(screen.x + screen.width, bounds.x + bounds.width) - Math.max(screen.x, bounds.x);
  const height =
    Math.min(screen.y + screen.height, bounds.y + bounds.height) - Math.max(screen.y, bounds.y);
  return width >= graspPx && height >= graspPx;
}
