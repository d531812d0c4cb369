import { type Preference, usePreference, writePreference } from '../theme/preferences.ts';
import { chooseTheme, useTheme } from '../theme/theme.ts';
import { ChoiceGroup } from '../ui/choice.tsx';

/** This computer's own choices; they are kept here, not in the clinic's records. */
export function ScreenSettings() {
  const theme = useTheme();
  return (
    <>
      <ChoiceGroup
        label="Appearance"
        className="segments"
        value={theme}
        onChoose={chooseTheme}
        choices={[
          { value: 'system', label: 'As the system' },
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
        ]}
      />
      <Toggle name="impression-first" isOnAtFirst={false}>
        Ask for my impression before showing the reading
      </Toggle>
      <Toggle name="single-keys" isOnAtFirst>
        Use shortcuts of a single key
      </Toggle>
    </>
  );
}

function Toggle(props: { name: Preference; isOnAtFirst: boolean; children: string }) {
  const { name, isOnAtFirst, children } = props;
  const value = usePreference(name);
  return (
    <label className="check">
      <input
        type="checkbox"
        checked={value === null ? isOnAtFirst : value === 'on'}
        onChange={(event) => writePreference(name, event.target.checked ? 'on' : 'off')}
      />
      {children}
    </label>
  );
}
