import { useState } from 'react';
import {
  type Controls,
  checkControls,
  clearBorder,
  curveThrough,
  MeasuringError,
  measureOutline,
} from '../../../src/measuring/index.ts';
import type { StationOutput } from '../station/connection.ts';
import { useStation, useStationCommand } from '../station/use-station.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { ChoiceGroup } from '../ui/choice.tsx';
import { FieldError } from '../ui/fields.tsx';
import { ErrorNotice, Notice } from '../ui/notices.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { formatDate } from '../wording/dates.ts';
import { redone, undone } from './edits.ts';
import { Figures } from './figures.tsx';
import type { MeasurePanelProps } from './panel-props.ts';
import { isBrush, type Tool } from './tools.ts';

const tools = [
  { value: 'points', label: 'Points' },
  { value: 'add', label: 'Brush: add' },
  { value: 'remove', label: 'Brush: take off' },
  { value: 'distance', label: 'Distance' },
] as const satisfies readonly { value: Tool; label: string }[];
const readersTools = [
  { value: 'points', label: 'Outline' },
  { value: 'distance', label: 'Distance' },
] as const satisfies readonly { value: Tool; label: string }[];

type Props = MeasurePanelProps & { measured: StationOutput<'measuring.ofImage'> };

/** The outline: proposed by the network, corrected by a person. */
export function OutlinePart(props: Props) {
  const { image, measured, isEditable, controls, edits, onEdits, tool, onTool } = props;
  const { outline, scale } = measured;
  const input = { imageId: image.id };
  const station = useStation();
  const propose = useStationCommand('measuring.propose');
  const save = useStationCommand('measuring.outline');
  const takeBack = useStationCommand('measuring.takeOutlineBack');
  /** Which of the lesions that the network found is shown. */
  const [which, setWhich] = useState(0);
  const look = (place: number) => {
    setWhich(place);
    propose.mutate({ ...input, which: place });
  };
  const problem = edits && problemOf(edits.now);
  const [isSnapping, setSnapping] = useState(false);
  const snap = async () => {
    if (!controls) return;
    setSnapping(true);
    try {
      const found = await station.call('measuring.snap', { ...input, controls: [...controls] });
      props.onDraw(found.controls);
      showToast(
        found.clarity < clearBorder
          ? 'The border is not clear all around: look where it went.'
          : 'The outline is at the border.',
      );
    } catch (error) {
      showErrorToast(error);
    } finally {
      setSnapping(false);
    }
  };
  const submit = () => {
    if (!edits || problem || save.isPending) return;
    save.mutate(
      { ...input, controls: [...edits.now] },
      {
        onSuccess: () => {
          onEdits(undefined);
          showToast('Outline saved.', {
            label: 'Undo',
            run: () => takeBack.mutate(input, { onError: showErrorToast }),
          });
        },
      },
    );
  };
  const shown = edits ? pixelsOf(edits.now) : outline?.measures;
  return (
    <div className="measure-panel__part">
      {shown && !problem && <Figures measures={shown} scale={scale} />}
      <ErrorNotice error={propose.error ?? save.error ?? takeBack.error} />
      {propose.data?.found === 0 && !controls && (
        <Notice>The network sees no lesion in this picture. Draw the outline by hand.</Notice>
      )}
      {outline?.isCut && !edits && (
        <Notice tone="caution">
          The lesion goes on beyond the picture: its axes and its area are larger than this.
        </Notice>
      )}
      {outline?.drawnBy === 'network' && outline.measures.clarity < clearBorder && !edits && (
        <Notice>
          The border is not clear all around, so that the figures are less sure. Look at the
          outline, and correct it.
        </Notice>
      )}
      {controls ? (
        <>
          <ChoiceGroup
            label="What the pointer does"
            hideLabel
            className="segments"
            choices={isEditable ? tools : readersTools}
            value={tool === 'clicks' || tool === 'mark' ? null : tool}
            onChoose={onTool}
          />
          <ToolHint {...props} />
        </>
      ) : (
        <p className="soft">No outline yet.</p>
      )}
      <FieldError text={problem} />
      {isEditable && (
        <div className="measure-panel__buttons">
          {edits && (
            <>
              <Button icon="check" busy={save.isPending} disabled={!!problem} onClick={submit}>
                Save outline
              </Button>
              <IconButton
                icon="restore"
                label="Undo the last step (Ctrl Z)"
                variant="secondary"
                disabled={edits.past.length === 0}
                onClick={() => onEdits(undone(edits))}
              />
              <IconButton
                icon="refresh"
                label="Do it again (Ctrl Shift Z)"
                variant="secondary"
                disabled={edits.future.length === 0}
                onClick={() => onEdits(redone(edits))}
              />
              <Button variant="quiet" onClick={() => onEdits(undefined)}>
                Discard
              </Button>
            </>
          )}
          {!controls && (
            <>
              <Button
                variant="primary"
                icon="search"
                busy={propose.isPending}
                onClick={() => look(0)}
              >
                {propose.isPending ? 'Looking for the lesion…' : 'Outline the lesion'}
              </Button>
              <Button onClick={() => props.onDraw(roundIn(image))}>Draw by hand</Button>
            </>
          )}
          {controls && !problem && (
            <Button
              small
              busy={isSnapping}
              title="To where the colour changes; people tend to draw a little further out"
              onClick={() => void snap()}
            >
              Snap to the border
            </Button>
          )}
          {!edits && outline?.drawnBy === 'network' && (propose.data?.found ?? 0) > 1 && (
            <Button small busy={propose.isPending} onClick={() => look(which + 1)}>
              Another lesion
            </Button>
          )}
          {!edits && outline && (
            <Button
              small
              variant="quiet"
              busy={takeBack.isPending}
              onClick={() => takeBack.mutate(input)}
            >
              Take the outline back
            </Button>
          )}
        </div>
      )}
      {outline && !edits && <p className="faint">{madeBy(outline)}</p>}
    </div>
  );
}

function ToolHint({ tool, isEditable, brushShare, onBrushShare }: Props) {
  if (tool === 'distance')
    return <p className="faint">Point at the two ends; each can be moved afterwards.</p>;
  if (!isEditable) return null;
  if (isBrush(tool))
    return (
      <label className="field">
        <span className="field__label">Size of the brush</span>
        <input
          type="range"
          min={0.005}
          max={0.1}
          step={0.005}
          value={brushShare}
          onChange={({ target }) => onBrushShare(Number(target.value))}
        />
      </label>
    );
  return (
    <p className="faint">
      Drag the points; a click on the line adds one. By keyboard: Tab to the first, [ and ] to the
      others, arrows move, Enter adds, Delete removes.
    </p>
  );
}

function problemOf(controls: Controls): string | undefined {
  try {
    checkControls(controls);
    return undefined;
  } catch (error) {
    if (error instanceof MeasuringError) return error.message;
    throw error;
  }
}

function pixelsOf(controls: Controls) {
  const { longAxis, shortAxis, area } = measureOutline(curveThrough(controls), null, 'person');
  const px = ({ value, error }: { value: number; error: number }) => ({
    px: value,
    errorPx: error,
  });
  return { longAxis: px(longAxis), shortAxis: px(shortAxis), area: px(area) };
}

/** A circle in the middle of the picture, to begin with. */
function roundIn({ widthPx, heightPx }: { widthPx: number; heightPx: number }): Controls {
  const radius = Math.min(widthPx, heightPx) / 4;
  return Array.from({ length: 8 }, (_, index) => ({
    x: widthPx / 2 + radius * Math.cos((index * Math.PI) / 4),
    y: heightPx / 2 + radius * Math.sin((index * Math.PI) / 4),
  }));
}

function madeBy(outline: NonNullable<Props['measured']['outline']>): string {
  const { drawnBy, network, userName, savedAt } = outline;
  const by = `${userName}, ${formatDate(savedAt)}`;
  if (drawnBy === 'network')
    return `Proposed by ${network?.name ?? 'a network'} for ${by}: look whether it is right.`;
  return network ? `Proposed by ${network.name}, corrected by ${by}.` : `Drawn by ${by}.`;
}
