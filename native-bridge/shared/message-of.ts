/** What was thrown, in words; libraries throw strings too. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
