import type { Policy } from '../../../src/station/contract.ts';
import { useStationCommand } from '../station/use-station.tsx';
import { ChoiceGroup } from '../ui/choice.tsx';
import { showErrorToast } from '../ui/toasts.tsx';
import { policyExplanations, policyNames } from './words.ts';

const policies: readonly Policy[] = ['device-first', 'emulator-only', 'compare-both'];

/** Until the program is started again; `accelerators.json` says what it starts with. */
export function PolicyChoice({ policy }: { policy: Policy }) {
  const set = useStationCommand('accelerators.setPolicy');
  const choose = (chosen: Policy) => set.mutate({ policy: chosen }, { onError: showErrorToast });
  return (
    <>
      <ChoiceGroup
        label="What reads the images"
        hideLabel
        value={policy}
        onChoose={choose}
        choices={policies.map((value) => ({ value, label: policyNames[value] }))}
      />
      <p className="soft">{policyExplanations[policy]}</p>
    </>
  );
}
