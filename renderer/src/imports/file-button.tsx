import { t } from '../../../src/language/index.ts';
import { buttonClass } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';

export const acceptedFiles = 'image/*,.heic,.heif,.tif,.tiff';

/** Opens the system's file picker; several files may be chosen. */
export function FileButton({
  label = t('Choose images'),
  onFiles,
  small = true,
}: {
  label?: string;
  onFiles: (files: File[]) => void;
  small?: boolean;
}) {
  return (
    <label className={buttonClass({ small })}>
      <Icon name="upload" />
      <span>{label}</span>
      <input
        type="file"
        multiple
        accept={acceptedFiles}
        className="visually-hidden"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          event.target.value = ''; // The same file may be chosen again.
        }}
      />
    </label>
  );
}
