import { useState } from 'react';
import { t } from '../../../src/language/index.ts';
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
  { value: 'points', label: t('Points') },
  { value: 'add', label: t('Brush: add') },
  { value: 'remove', label: t('Brush: take off') },
  { value: 'distance', label: t('Distance') },
] as const satisfies readonly { value: Tool; label: string }[];
const readersTools = [
  { value: 'points', label: t('Outline') },
  { value: 'distance', label: t('Distance') },
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
          ? t('The border is not clear all around: look where it went.')
          : t('The outline is at the border.'),
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
          showToast(t('Outline saved.'), {
            label: t('Undo'),
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
        <Notice>
          {t('The network sees no lesion in this picture. Draw the outline by hand.')}
        </Notice>
      )}
      {outline?.isCut && !edits && (
        <Notice tone="caution">
          {t('The lesion goes on beyond the picture: its axes and its area are larger than this.')}
        </Notice>
      )}
      {outline?.drawnBy === 'network' && outline.measures.clarity < clearBorder && !edits && (
        <Notice>
          {t(
            'The border is not clear all around, so that the figures are less sure. Look at the outline, and correct it.',
          )}
        </Notice>
      )}
      {controls ? (
        <>
          <ChoiceGroup
            label={t('What the pointer does')}
            hideLabel
            className="segments"
            choices={isEditable ? tools : readersTools}
            value={tool === 'clicks' || tool === 'mark' ? null : tool}
            onChoose={onTool}
          />
          <ToolHint {...props} />
        </>
      ) : (
        <p className="soft">{t('No outline yet.')}</p>
      )}
      <FieldError text={problem} />
      {isEditable && (
        <div className="measure-panel__buttons">
          {edits && (
            <>
              <Button icon="check" busy={save.isPending} disabled={!!problem} onClick={submit}>
                {t('Save outline')}
              </Button>
              <IconButton
                icon="restore"
                label={t('Undo the last step (Ctrl Z)')}
                variant="secondary"
                disabled={edits.past.length === 0}
                onClick={() => onEdits(undone(edits))}
              />
              <IconButton
                icon="refresh"
                label={t('Do it again (Ctrl Shift Z)')}
                variant="secondary"
                disabled={edits.future.length === 0}
                onClick={() => onEdits(redone(edits))}
              />
              <Button variant="quiet" onClick={() => onEdits(undefined)}>
                {t('Discard')}
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
                {propose.isPending ? t('Looking for the lesion…') : t('Outline the lesion')}
              </Button>
              <Button onClick={() => props.onDraw(roundIn(image))}>{t('Draw by hand')}</Button>
            </>
          )}
          {controls && !problem && (
            <Button
              small
              busy={isSnapping}
              title={t('To where the colour changes; people tend to draw a little further out')}
              onClick={() => void snap()}
            >
              {t('Snap to the border')}
            </Button>
          )}
          {!edits && outline?.drawnBy === 'network' && (propose.data?.found ?? 0) > 1 && (
            <Button small busy={propose.isPending} onClick={() => look(which + 1)}>
              {t('Another lesion')}
            </Button>
          )}
          {!edits && outline && (
            <Button
              small
              variant="quiet"
              busy={takeBack.isPending}
              onClick={() => takeBack.mutate(input)}
            >
              {t('Take the outline back')}
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
    return <p className="faint">{t('Point at the two ends; each can be moved afterwards.')}</p>;
  if (!isEditable) return null;
  if (isBrush(tool))
    return (
      <label className="field">
        <span className="field__label">{t('Size of the brush')}</span>
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
      {t(
        'Drag the points; a click on the line adds one. By keyboard: Tab to the first, [ and ] to the others, arrows move, Enter adds, Delete removes.',
      )}
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
  const by = { userName, date: formatDate(savedAt) };
  if (drawnBy === 'network')
    return network
      ? t('Proposed by {network} for {userName}, {date}: look whether it is right.', {
          network: network.name,
          ...by,
        })
      : t('Proposed by a network for {userName}, {date}: look whether it is right.', by);
  return network
    ? t('Proposed by {network}, corrected by {userName}, {date}.', { network: network.name, ...by })
    : t('Drawn by {userName}, {date}.', by);
}
