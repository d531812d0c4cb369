/** Whether the start screen is to begin with restoring: asked for within the clinic, which locks it. */
let isAsked = false;

export const askToRestore = (): void => {
  isAsked = true;
};

/** Once. */
export function takeAskedToRestore(): boolean {
  const asked = isAsked;
  isAsked = false;
  return asked;
}
