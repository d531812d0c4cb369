// For the build and for the programs that it makes: the encrypted database's library crashes a Node
// that is older.
const least = { major: 22, minor: 18 };

/**
 * One sentence for a person whose Node is too old; nothing where it will do.
 * @param {string} version
 * @returns {string | undefined}
 */
export function nodeComplaint(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > least.major || (major === least.major && minor >= least.minor)) return undefined;
  return (
    `Dermaspike needs Node ${least.major}.${least.minor} or newer, and this is Node ${version}: ` +
    'install Node 24 from https://nodejs.org, then start it again.'
  );
}
