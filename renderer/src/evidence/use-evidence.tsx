import { type ReactNode, useState } from 'react';
import { useShortcuts } from '../routing/shortcuts.ts';
import type { StationOutput } from '../station/connection.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { EvidenceMap } from './evidence-map.tsx';
import { EvidencePanel } from './evidence-panel.tsx';

/** What the network saw: a map over the picture and the panel that goes with it, both by one key. */
export function useEvidence(
  { image, readings }: StationOutput<'images.get'>,
  isAllowed: boolean,
): { overlay: ReactNode; panel: ReactNode } {
  const [isShown, setShown] = useState(false);
  const [opacity, setOpacity] = useState(0.6);
  const [code, setCode] = useState<string>();
  const [reading] = readings;
  const canShow = isAllowed && reading !== undefined;
  const isOn = isShown && canShow;
  const query = useStationQuery('readings.explain', { imageId: image.id }, { enabled: isOn });
  useShortcuts({ v: () => canShow && setShown(!isShown) });
  const gravest =
    reading?.probabilities.find(({ gravity }) => gravity !== 'benign')?.code ??
    reading?.probabilities[0]?.code;
  const chosen = query.data?.classes.find((each) => each.code === (code ?? gravest));
  return {
    overlay: isOn && query.data && chosen && (
      <EvidenceMap explanation={query.data} shown={chosen} opacity={opacity} />
    ),
    panel: canShow && (
      <EvidencePanel
        isShown={isShown}
        onShow={setShown}
        query={query}
        reading={reading}
        chosen={chosen}
        onChoose={setCode}
        opacity={opacity}
        onOpacity={setOpacity}
      />
    ),
  };
}
