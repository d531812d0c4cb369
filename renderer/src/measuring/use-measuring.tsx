import { type ReactNode, useState } from 'react';
import type { FoundRuler, ImageScale, LesionImage } from '../../../src/clinic/entities/index.ts';
import {
  brushed,
  type Controls,
  MeasuringError,
  type Point,
} from '../../../src/measuring/index.ts';
import { isTyping, useShortcuts } from '../routing/shortcuts.ts';
import { useMay } from '../station/use-may.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { showErrorToast } from '../ui/toasts.tsx';
import { useLeaveWarning } from '../ui/use-leave-warning.ts';
import { begun, changed, type Edits, redone, undone } from './edits.ts';
import { MeasureLayer } from './measure-layer.tsx';
import { MeasurePanel } from './measure-panel.tsx';
import type { Ends } from './panel-props.ts';
import type { Tool } from './tools.ts';

const noEnds: Ends = { places: [], screenPx: 1 };

/** Measuring an image: what lies over the picture, the panel beside it, and the scale once there is one. */
export function useMeasuring(image: LesionImage): {
  overlay: ReactNode;
  panel: ReactNode;
  scale: ImageScale | null;
} {
  const may = useMay();
  const [isOn, setOn] = useState(false);
  const [tool, setTool] = useState<Tool>('points');
  const [ends, setEnds] = useState(noEnds);
  const [brushShare, setBrushShare] = useState(0.03);
  const [ruler, setRuler] = useState<FoundRuler | null>(null);
  /** Corrections that are not saved yet, and of which outline they are. */
  const [kept, setKept] = useState<{ of: string; edits: Edits }>();
  const query = useStationQuery('measuring.ofImage', { imageId: image.id });
  const { outline = null, scale = null } = query.data ?? {};
  const edits = kept?.of === (outline?.id ?? '') ? kept.edits : undefined;
  const controls = edits?.now ?? outline?.controls ?? null;
  const isEditable = may('measuring.outline') && image.removedAt === null;
  const isUnsaved = edits !== undefined && (edits.past.length > 0 || outline === null);
  useLeaveWarning('form', isUnsaved);

  const keep = (next: Edits | undefined) => setKept(next && { of: outline?.id ?? '', edits: next });
  const correct = (next: Controls) =>
    keep(edits ? changed(edits, next) : controls ? changed(begun(controls), next) : begun(next));
  const choose = (next: Tool) => {
    setTool(next);
    setEnds(noEnds);
    setRuler(null);
  };
  const brushPx = brushShare * Math.max(image.widthPx, image.heightPx);
  const paint = (stroke: readonly Point[]) => {
    if (!controls || (tool !== 'add' && tool !== 'remove')) return;
    try {
      correct(brushed(controls, stroke, brushPx, tool));
    } catch (error) {
      if (!(error instanceof MeasuringError)) throw error;
      showErrorToast(error);
    }
  };
  useShortcuts({
    l: () => setOn(!isOn),
    'mod+z': ({ target, shiftKey }) => {
      if (!isOn || !edits || isTyping(target)) return false;
      keep(shiftKey ? redone(edits) : undone(edits));
    },
  });

  return {
    scale,
    overlay: isOn && (
      <MeasureLayer
        size={image}
        scale={scale}
        controls={controls}
        isEditable={isEditable}
        onControls={correct}
        tool={tool}
        ends={ends.places}
        onEnds={(places, screenPx) => setEnds({ places, screenPx })}
        onLeaveTool={() => choose('points')}
        brushPx={brushPx}
        onStroke={paint}
        ruler={ruler}
      />
    ),
    panel: (
      <MeasurePanel
        image={image}
        isOn={isOn}
        onOn={(next) => {
          setOn(next);
          choose('points');
        }}
        query={query}
        isEditable={isEditable}
        controls={controls}
        edits={isUnsaved ? edits : undefined}
        onEdits={keep}
        onDraw={correct}
        tool={tool}
        onTool={choose}
        ends={ends}
        brushShare={brushShare}
        onBrushShare={setBrushShare}
        ruler={ruler}
        onRuler={setRuler}
      />
    ),
  };
}
