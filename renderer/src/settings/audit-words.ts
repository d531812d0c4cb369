const actions: Readonly<Record<string, string>> = {
  'clinic.create': 'Created the clinic',
  'clinic.accept-loss': 'Went on without changes that are missing',
  'record.baseline': 'Vouched for the records as they were',
  'record.change': 'Records changed',
  'audit.not-as-seen': 'The log was not as its user last saw it',
  'session.unlock': 'Unlocked',
  'session.lock': 'Locked',
  'session.unlock-failed': 'Unlocking failed',
  'session.failures-changed': 'The notes of failed unlocking were changed or removed',
  'patient.read': 'Looked at a patient',
  'screen.print': 'Printed, or saved as PDF',
  'session.recover': 'Unlocked with the recovery key',
  'user.add': 'Added a user',
  'user.rename': 'Renamed a user',
  'user.disable': 'Disabled a user',
  'user.role': 'Changed a user’s role',
  'user.set-passphrase': 'Gave a user a new passphrase',
  'user.enable': 'Let a user in again',
  'user.key': 'Was given a key to sign with',
  'user.passphrase': 'Changed their passphrase',
  'clinic.recovery-key': 'Renewed the recovery key',
  'clinic.change-data-key': 'Began to change the data key',
  'clinic.keep-data-key': 'Gave up changing the data key',
  'clinic.data-key': 'The data key was changed',
  'clinic.idle-lock': 'Set when the clinic locks itself',
  'clinic.set-aside': 'Set a copy of the clinic aside',
  'clinic.put-back': 'Put a copy of the clinic in its place',
  'backup.make': 'Backed the clinic up',
  'backup.prove': 'Proved a backup by restoring it',
  'backup.damaged': 'Found a backup damaged',
  'backup.restore': 'The clinic was restored from a backup',
  'backup.folder': 'Chose where to back up to',
  'backup.schedule': 'Set when backups are made',
  'clinic.impression-first': 'Set whether the impression comes first',
  'patient.enrol': 'Enrolled a patient',
  'patient.update': 'Edited a patient',
  'patient.archive': 'Archived a patient',
  'patient.restore': 'Restored a patient',
  'patient.erase': 'Erased a patient',
  'patient.approve-erasure': 'Agreed to erase a patient',
  'image.erase': 'Erased an image',
  'image.approve-erasure': 'Agreed to erase an image',
  'erasure.finish': 'Overwrote what was left of what was erased',
  'erasure.not-approved': 'Gave a wrong passphrase for an erasure',
  'lesion.add': 'Added a lesion',
  'lesion.update': 'Edited a lesion',
  'lesion.close': 'Closed a lesion',
  'lesion.reopen': 'Opened a lesion again',
  'lesion.remove': 'Removed a lesion',
  'lesion.merge': 'Merged a lesion into another',
  'lesion.restore': 'Restored a lesion',
  'image.import': 'Imported an image',
  'image.read': 'Had an image read',
  'image.move': 'Moved an image to another lesion',
  'image.take-move-back': 'Took the move of an image back',
  'image.remove': 'Removed an image',
  'image.restore': 'Restored an image',
  'review.save': 'Saved a review',
  'second-opinion.ask': 'Asked for a second opinion',
  'second-opinion.answer': 'Gave a second opinion',
  'second-opinion.withdraw': 'Withdrew or declined a second opinion',
  'second-opinion.settle': 'Recorded a consensus',
  'checklist.save': 'Saved a checklist',
  'outline.propose': 'Had an outline proposed',
  'outline.draw': 'Drew or corrected an outline',
  'outline.take-back': 'Took an outline back',
  'scale.set': 'Set an image’s scale',
  'scale.take-back': 'Took an image’s scale back',
  'profile.add': 'Added a camera’s profile',
  'profile.withdraw': 'Withdrew a camera’s profile',
  'report.records': 'Took the records as a table',
  'follow-up.plan': 'Planned a follow-up',
  'follow-up.reschedule': 'Moved a follow-up to another day',
  'follow-up.remind': 'Noted that a patient was reminded',
  'follow-up.end': 'Ended a follow-up',
  'follow-up.resume': 'Took up a follow-up again',
  'histology.add': 'Entered a histological finding',
  'histology.correct': 'Corrected a histological finding',
  'histology.withdraw': 'Withdrew a histological finding',
  'class.change': 'Changed the classes',
  'class.undo': 'Took back a change of the classes',
  'class.add-examples': 'Made images examples of a class',
  'class.withdraw-examples': 'Withdrew examples of a class',
  'class.import-example': 'Imported an example of a class',
  'class.export': 'Exported a class',
  'class.import': 'Imported a class of another clinic',
  'head.learn': 'Learned the classes',
  'head.approve': 'Approved a version of the classes',
  'head.activate': 'Let a version of the classes read',
  'head.retire': 'Retired a version of the classes',
  'reading.read-older': 'Had images of an earlier network read again',
  'commissioning.keep': 'Kept a check of the network',
  'accelerator.set-aside': 'An accelerator was set aside',
  'accelerator.fallback': 'An accelerator failed',
  'accelerator.reattached': 'An accelerator is back',
  'accelerator.bridge-restarted': 'The device bridge was restarted',
  'accelerator.emulator-in-station': 'The device bridge was given up',
  'accelerator.test': 'Tested an accelerator',
  'accelerator.policy': 'Chose what reads',
  'accelerator.dismiss': 'Dismissed a notice',
  'accelerator.rescan': 'Searched for accelerators',
};

/** An audit entry's action in words; one that has none is shown as it is. */
export const actionText = (action: string): string => actions[action] ?? action;

const problems: Readonly<Record<string, string>> = {
  chain: 'does not fit the entry before it',
  signature: 'is not signed by its user',
  'missing-entries': 'is missing, and all behind it',
  'not-as-seen': 'is not what a user saw of the log',
  'record-changed': 'was changed behind the log’s back',
  'record-missing': 'is gone, and no entry says so',
  'record-unknown': 'is in no entry',
};

/** What verifying found, in words. */
export const problemText = ({ what, subject }: { what: string; subject: string }): string =>
  `${recordText(subject)} ${problems[what] ?? what}`;

/**
 * A record's kind and the end of its id, which is what differs: "image …0a3f91c2". Of a move also
 * from where and to where.
 */
export function subjectText(subject: string): string {
  if (subject.startsWith('accelerator:')) return subject.slice('accelerator:'.length);
  return subject.split(' ').map(recordText).join(' → ');
}

function recordText(record: string): string {
  const [kind = '', id = ''] = record.split(':');
  return id.length > 12 ? `${kind} …${id.slice(-8)}` : record;
}
