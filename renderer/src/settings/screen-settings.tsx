import { useState } from 'react';
import { languageCodes, languages, t } from '../../../src/language/index.ts';
import { useScreenSettings } from '../theme/screen-settings.ts';
import { ChoiceGroup } from '../ui/choice.tsx';
import { SelectField } from '../ui/fields.tsx';
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
        label={t('Appearance')}
        className="segments"
        value={settings.theme}
        onChoose={(theme) => void change({ theme })}
        choices={[
          { value: 'system', label: t('As the system') },
          { value: 'light', label: t('Light') },
          { value: 'dark', label: t('Dark') },
        ]}
      />
      <div className="settings__form">
        <SelectField
          label={t('Language')}
          hint={t('The screens speak it once the clinic was locked.')}
          value={settings.language ?? ''}
          onValue={(value) =>
            void change({ language: languageCodes.find((code) => code === value) ?? null })
          }
        >
          <option value="">{t('As the system')}</option>
          {languageCodes.map((code) => (
            <option key={code} value={code} lang={code}>
              {languages[code]}
            </option>
          ))}
        </SelectField>
      </div>
      <label className="check">
        <input
          type="checkbox"
          checked={settings.singleKeys}
          onChange={(event) => void change({ singleKeys: event.target.checked })}
        />
        {t('Use shortcuts of a single key')}
      </label>
      <ErrorNotice error={error} />
    </>
  );
}
