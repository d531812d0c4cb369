import type { UseQueryResult } from '@tanstack/react-query';
import type { FoundRuler, LesionImage } from '../../../src/clinic/entities/index.ts';
import type { Controls, Point } from '../../../src/measuring/index.ts';
import type { StationOutput } from '../station/connection.ts';
import type { Edits } from './edits.ts';
import type { Tool } from './tools.ts';

/** Two places that were pointed at, and how small the picture was shown then. */
export interface Ends {
  readonly places: readonly Point[];
  readonly screenPx: number;
}

/** What the panel and its parts are given. */
export interface MeasurePanelProps {
  image: LesionImage;
  isOn: boolean;
  onOn: (isOn: boolean) => void;
  query: UseQueryResult<StationOutput<'measuring.ofImage'>>;
  isEditable: boolean;
  controls: Controls | null;
  /** What is not saved yet. */
  edits: Edits | undefined;
  onEdits: (edits: Edits | undefined) => void;
  onDraw: (controls: Controls) => void;
  tool: Tool;
  onTool: (tool: Tool) => void;
  ends: Ends;
  brushShare: number;
  onBrushShare: (share: number) => void;
  ruler: FoundRuler | null;
  onRuler: (ruler: FoundRuler | null) => void;
}
