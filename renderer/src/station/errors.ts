import { i18n, t } from '../../../src/language/index.ts';
import { RemoteError } from '../../../src/processes/contract.ts';
import type { StationErrorCode } from '../../../src/station/contract/index.ts';

/** Of those that the window says itself. */
type OwnCode = 'cancelled' | 'link-closed';

/**
 * What has happened, by the code alone: the station, which several screens of several languages may
 * share, says in English what exactly it was. Where it has but one sentence for a code, that is it.
 */
const generalTexts: Readonly<Record<Exclude<StationErrorCode, OwnCode>, string>> = {
  'invalid-input': t('This cannot be used as it was entered.'),
  'not-found': t('This is no longer there. Go back to the list and open it again.'),
  locked: t('The clinic is locked. Unlock it and try again.'),
  'no-clinic': t(
    'There is no clinic in this data folder. Create one, or choose the folder that holds clinic.json.',
  ),
  'clinic-exists': t('There is a clinic already.'),
  'wrong-passphrase': t(
    'The name and the passphrase do not belong together. Check both, and the Caps Lock key.',
  ),
  'weak-passphrase': t('This passphrase is too easily guessed. Choose another one.'),
  'wrong-recovery-key': t('This recovery key is not right. Compare it with the printed sheet.'),
  'not-allowed': t('This cannot be done by this user, or not now.'),
  'duplicate-record-number': t(
    'Another patient already has this record number. Search for it, archived patients too, or enter another number.',
  ),
  'duplicate-user': t('This clinic already has a user of this name. Choose another name.'),
  'duplicate-template': t('Another template of this name is offered in the same place.'),
  'too-many-templates': t('The clinic has as many templates as it can keep. Remove one first.'),
  'last-administrator': t(
    'This is the clinic’s last administrator. Make somebody else an administrator first.',
  ),
  'duplicate-image': t('The same file is here already.'),
  'changed-meanwhile': t(
    'This was changed in another window meanwhile, so nothing was saved. Look at what changed, then save again.',
  ),
  'lesion-removed': t('This lesion was removed or merged meanwhile, so nothing was saved.'),
  'invalid-merge': t('These two cannot be merged.'),
  'opinion-asked': t('Nobody was asked for a second opinion.'),
  'patient-merged': t(
    'This record was merged into another patient’s, so nothing was saved. Open that patient, or take the two apart there.',
  ),
  'database-newer': t('A newer Dermaspike made this. Install the newest version.'),
  'database-damaged': t(
    'The clinic’s database is damaged, or could not be read. Copy the data folder as it is, then restore the clinic from a backup.',
  ),
  'database-older': t('The clinic’s database is older than it should be.'),
  'database-in-use': t(
    'Another running Dermaspike has this clinic open. Close that one, then try again.',
  ),
  'database-library': t(
    'The encrypted database’s library is missing, damaged, or made for another kind of computer. Install Dermaspike again; the clinic’s data stays as it is.',
  ),
  'disk-full': t(
    'The disk that holds the clinic is full, so nothing was saved. Free some space on it and try again.',
  ),
  'no-access': t('A file or folder of the clinic cannot be opened or written to.'),
  'empty-file': t('The file is empty.'),
  'not-an-image': t('The file is no image.'),
  'damaged-image': t('The image file is damaged.'),
  'unsupported-format': t('Images of this format cannot be read.'),
  'image-too-large': t('The image is too large.'),
  'decode-timeout': t('Reading the image file took too long.'),
  'decode-memory': t('Reading the image file takes too much memory.'),
  'decoder-crashed': t('The image file could not be read.'),
  'no-accelerator': t('Nothing is there to run the network on.'),
  'accelerator-failed': t('The accelerator failed. Nothing was saved; try again.'),
  'model-invalid': t('The network’s file cannot be used. Install the program again.'),
  'outline-invalid': t('This is no outline that can be measured.'),
  'clicks-too-close': t('The two points are too close to each other.'),
  'value-invalid': t('This length cannot be right.'),
  'profile-mismatch': t('The scale does not fit this picture. Calibrate the picture by itself.'),
  'no-ruler': t(
    'No ruler was found in this picture. Calibrate it by two points of known distance.',
  ),
  'learning-refused': t('The classes were not learned or changed.'),
  'backup-none': t('No backup was found.'),
  'backup-other-clinic': t('This folder holds the backups of another clinic.'),
  'backup-newer': t('A newer Dermaspike made this backup. Install the newest version.'),
  'backup-damaged': t('The backup is damaged.'),
  'backup-place': t('Backups cannot be kept in this folder. Choose another one.'),
  'medium-full': t(
    'The backup medium is full. The clinic and the backups that were there are as before. Free some space on it, or choose another one.',
  ),
  'medium-read-only': t(
    'The backup medium cannot be written to. Remove its write protection, give this user the right to write to the folder, or choose another one.',
  ),
  'medium-failed': t(
    'The backup medium cannot be reached, or failed. The clinic is as before. Check that it is connected, then try again.',
  ),
  'consent-withdrawn': t('A patient took the consent back, so nothing was shared.'),
  'case-foreign': t('This is no file of this kind. Choose the one that the colleague sent.'),
  'case-damaged': t('The file was damaged on its way. Ask for it again.'),
  'case-truncated': t('The file was cut short on its way. Ask for it again.'),
  'case-tampered': t('The file is not as it was sealed: it was changed. Ask for it again.'),
  'case-newer': t('A newer Dermaspike made this file. Install the newest version, then open it.'),
  'case-too-large': t('The file is larger than any case, so it was not opened.'),
  'case-other-clinic': t(
    'The file is sealed for another clinic’s key. Ask the colleague to choose this clinic’s.',
  ),
  'case-wrong-passphrase': t('That passphrase does not open the file. Try again.'),
  'case-unknown': t(
    'This answers a case that was not given away by this clinic. Nothing was filed.',
  ),
  'case-filed': t('This answer was filed already.'),
  'case-too-much': t(
    'This is more than one file can hold. Share fewer lesions, or some in another file.',
  ),
  'case-kept': t(
    'This person of the case was kept already, as another patient. Open the case again to go on there.',
  ),
  'folder-refused': t('This folder cannot be used. Choose another one.'),
  'not-saved': t('The choice holds until the program ends, but could not be saved.'),
  internal: t('Something went wrong inside the program. Nothing was changed; try again.'),
};

/** What to show for a failed call. The station's own messages are fit to show as they are. */
export function errorText(error: unknown): string {
  if (!(error instanceof RemoteError))
    return t('Something went wrong in this window. Nothing was changed; try again.');
  switch (error.code) {
    case 'link-closed':
      return t('The connection to the station was lost. Wait until it is back, then try again.');
    case 'cancelled':
      return t('Stopped before it was done.');
    default:
      return i18n.locale === 'en' ? error.message : inOtherWords(error);
  }
}

/** In the spoken language; with the station's sentence behind it where that says more. */
function inOtherWords({ code, message }: RemoteError): string {
  if (Object.hasOwn(i18n.messages, message)) return i18n._(message);
  const general = Object.hasOwn(generalTexts, code)
    ? generalTexts[code as keyof typeof generalTexts]
    : undefined;
  return general === undefined ? message : `${general} (${message})`;
}

export function errorCode(error: unknown): string | undefined {
  return error instanceof RemoteError ? error.code : undefined;
}
