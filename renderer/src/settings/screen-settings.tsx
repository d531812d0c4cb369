import { lockAfterMinutesAtFirst } from '../frame/use-presence.ts';
import { type Preference, usePreference, writePreference } from '../theme/preferences.ts';
import { chooseTheme, useTheme } from '../theme/theme.ts';
import { ChoiceGroup } from '../ui/choice.tsx';

/** This computer's own choices; they are kept here, not in the clinic's records. */
export function ScreenSettings() {
  const theme = useTheme();
  const lockAfter = usePreference('lock-after') ?? `${lockAfterMinutesAtFirst}`;
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
      <ChoiceGroup
        label="Lock when nobody is here"
        className="segments"
        value={lockAfter}
        onChoose={(value) => writePreference('lock-after', value)}
        choices={[
          { value: '5', label: 'After 5 min' },
          { value: '10', label: '10 min' },
          { value: '30', label: '30 min' },
          { value: 'never', label: 'Never' },
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
