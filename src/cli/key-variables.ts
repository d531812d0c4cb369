import { UsageError } from './command.ts';

/** Not on the command line, where every user of the computer could read them. */
const passphraseVariable = 'DERMASPIKE_PASSPHRASE';
const recoveryKeyVariable = 'DERMASPIKE_RECOVERY_KEY';

/** @throws UsageError */
export const givenPassphrase = (): string => ofVariable(passphraseVariable);
/** @throws UsageError */
export const givenRecoveryKey = (): string => ofVariable(recoveryKeyVariable);

function ofVariable(name: string): string {
  const value = process.env[name];
  if (!value) throw new UsageError(`The variable ${name} is not set.`);
  return value;
}
