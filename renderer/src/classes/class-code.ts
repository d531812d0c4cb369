/** A short code for a name: the initials of several words, or the beginning of one. */
export function codeOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  return words.length > 1 ? words.map((word) => word[0]).join('') : (words[0] ?? '').slice(0, 8);
}
