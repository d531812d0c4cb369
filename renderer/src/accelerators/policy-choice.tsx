import { useEffect, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { Policy } from '../../../src/station/contract/index.ts';
import { useMay } from '../station/use-may.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { ChoiceGroup } from '../ui/choice.tsx';
import { showErrorToast } from '../ui/toasts.tsx';
import { policyExplanations, policyNames } from './words.ts';

const policies: readonly Policy[] = ['device-first', 'emulator-only', 'compare-both'];

/** Kept in `accelerators.json`, so that it is followed after a restart too. */
export function PolicyChoice({ policy }: { policy: Policy }) {
  const may = useMay();
  const set = useStationCommand('accelerators.setPolicy');
  // Shown at once, until the station tells what it is now.
  const [chosen, setChosen] = useState<Policy>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was chosen ends with any change
  useEffect(() => setChosen(undefined), [policy]);
  const shown = chosen ?? policy;
  const choose = (wanted: Policy) => {
    setChosen(wanted);
    set.mutate(
      { policy: wanted },
      {
        onError: (error) => {
          setChosen(undefined);
          showErrorToast(error);
        },
      },
    );
  };
  return (
    <>
      {may('accelerators.setPolicy') ? (
        <ChoiceGroup
          label={t('What reads the images')}
          hideLabel
          value={shown}
          onChoose={choose}
          choices={policies.map((value) => ({ value, label: policyNames[value] }))}
        />
      ) : (
        <p>{policyNames[shown]}</p>
      )}
      <p className="soft">{policyExplanations[shown]}</p>
    </>
  );
}
