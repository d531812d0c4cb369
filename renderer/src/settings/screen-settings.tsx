import { useState } from 'react';
import { useScreenSettings } from '../theme/screen-settings.ts';
import { ChoiceGroup } from '../ui/choice.tsx';
import { ErrorNotice } from '../ui/notices.tsx';

/** This computer's own choices; they are kept beside the clinic, not in its records. */
export function ScreenSettings() {
  const { settings, choose } = useScreenSettings();
  const [error, setError] = useState<unknown>();
  const change: typeof choose = (choice) =>
    choose(choice).then(() => setError(undefined), setError);
  return (
    <>
      <ChoiceGroup
        label="Appearance"
        className="segments"
        value={settings.theme}
        onChoose={(theme) => void change({ theme })}
        choices={[
          { value: 'system', label: 'As the system' },
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
        ]}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={settings.singleKeys}
          onChange={(event) => void change({ singleKeys: event.target.checked })}
        />
        Use shortcuts of a single key
      </label>
      <ErrorNotice error={error} />
    </>
  );
}
