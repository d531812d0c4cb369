import { useEffect, useId, useRef } from 'react';
import type { Lesion, OverviewPoint } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { navigate } from '../routing/routes.ts';
import { PictureCross } from '../ui/picture-cross.tsx';
import type { MarkedLesion } from './marked-lesions.ts';
import { OverviewMarker } from './overview-marker.tsx';

interface MarkerLayerProps {
  marked: readonly MarkedLesion[];
  pointedId: string | undefined;
  /** Whose place is asked for just now. */
  marking: Pick<Lesion, 'id' | 'label'> | undefined;
  /** Whose mark takes the focus as soon as it is there. */
  arrivingId: string | undefined;
  onArrived: () => void;
  onPlace: (at: OverviewPoint) => void;
  onCancel: () => void;
  /** Absent for who may not. */
  onMark?: ((marked: MarkedLesion, at: OverviewPoint | null) => void) | undefined;
}

/** The marks over a photograph; a cross while a place is asked for. */
export function MarkerLayer(props: MarkerLayerProps) {
  const { marked, marking, arrivingId, onArrived, onMark } = props;
  const helpId = useId();
  const layer = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const arrived =
      marked.some(({ lesion }) => lesion.id === arrivingId) &&
      layer.current?.querySelector<HTMLElement>(`[data-lesion="${arrivingId}"]`);
    if (!arrived) return;
    arrived.focus({ preventScroll: true });
    onArrived();
  }, [marked, arrivingId, onArrived]);
  return (
    <div className="overview-marks" ref={layer}>
      <p id={helpId} className="visually-hidden">
        {onMark
          ? t(
              'Enter opens the lesion. Arrow keys move its mark, Shift makes the steps finer, Enter keeps the new place, Escape puts it back, Delete takes the mark away.',
            )
          : t('Enter opens the lesion.')}
      </p>
      {marked.map((each) => (
        <OverviewMarker
          key={each.lesion.id}
          marked={each}
          isPointed={each.lesion.id === props.pointedId}
          describedBy={helpId}
          onOpen={() => navigate({ screen: 'lesion', lesionId: each.lesion.id })}
          onMove={onMark && ((at) => onMark(each, at))}
          onRemove={onMark && (() => onMark(each, null))}
        />
      ))}
      {marking && (
        <PictureCross
          label={t('Where is lesion {label}?', { label: marking.label })}
          onPlace={props.onPlace}
          onCancel={props.onCancel}
        />
      )}
    </div>
  );
}
