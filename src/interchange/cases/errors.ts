export type CaseFileErrorCode =
  | 'case-foreign'
  | 'case-damaged'
  | 'case-truncated'
  | 'case-tampered'
  | 'case-newer'
  | 'case-too-large'
  | 'case-other-clinic'
  | 'case-wrong-passphrase';

/** Why a file of a case, an answer or a key is refused. Fit to show as it is. */
export class CaseFileError extends Error {
  override readonly name = 'CaseFileError';
  readonly code: CaseFileErrorCode;
  constructor(code: CaseFileErrorCode) {
    super(messages[code]);
    this.code = code;
  }
}

const messages: Record<CaseFileErrorCode, string> = {
  'case-foreign': 'This is no file of this kind. Choose the one that the colleague sent.',
  'case-damaged': 'The file was damaged on its way. Ask for it again.',
  'case-truncated': 'The file was cut short on its way. Ask for it again.',
  'case-tampered': 'The file is not as it was sealed: it was changed. Ask for it again.',
  'case-newer': 'A newer Dermaspike made this file. Install the newest version, then open it.',
  'case-too-large': 'The file is larger than any case, so it was not opened.',
  'case-other-clinic':
    'The file is sealed for another clinic’s key. Ask the colleague to choose this clinic’s.',
  'case-wrong-passphrase': 'That passphrase does not open the file. Try again.',
};
