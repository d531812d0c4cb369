/**
 * Puts text in the place of what is selected in a field, as typing does: by the browser's own command, so that
 * Ctrl+Z takes it back. False where the field has no room for it.
 */
export function insertInto(field: HTMLTextAreaElement, text: string): boolean {
  const { selectionStart, selectionEnd, value, maxLength } = field;
  const length = value.length - (selectionEnd - selectionStart) + text.length;
  if (maxLength >= 0 && length > maxLength) return false;
  field.focus();
  if (document.execCommand('insertText', false, text)) return true;
  field.setRangeText(text, selectionStart, selectionEnd, 'end');
  field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText' }));
  return true;
}
