import { t } from '../../../src/language/index.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { ChoiceGroup } from '../ui/choice.tsx';
import { type Mode, modeNames, modes } from './modes.ts';
import { type View, whole, zoomedAbout } from './view.ts';

interface CompareBarProps {
  mode: Mode;
  onMode: (mode: Mode) => void;
  view: View;
  onView: (change: (view: View) => View) => void;
  share: number;
  onShare: (share: number) => void;
  isHeld: boolean;
  onHold: () => void;
}

export function CompareBar(props: CompareBarProps) {
  const { mode, onMode, view, onView, share, onShare, isHeld, onHold } = props;
  return (
    <div className="compare-bar">
      <ChoiceGroup
        label={t('How to compare')}
        hideLabel
        className="segments"
        choices={modes.map((value, index) => ({
          value,
          label: modeNames[value],
          shortcut: `${index + 1}`,
        }))}
        value={mode}
        onChoose={onMode}
      />
      {mode === 'blink' && (
        <Button small aria-pressed={isHeld} onClick={onHold}>
          {isHeld ? t('Let them blink') : t('Hold')}
        </Button>
      )}
      {(mode === 'swipe' || mode === 'fade') && (
        <input
          className="compare-bar__share"
          type="range"
          min={0}
          max={1}
          step={0.01}
          value={share}
          aria-label={
            mode === 'swipe' ? t('Where the line is') : t('How much of the later is shown')
          }
          onChange={({ target }) => onShare(Number(target.value))}
        />
      )}
      <div className="compare-bar__zoom" role="toolbar" aria-label={t('Zoom')}>
        <IconButton
          icon="minus"
          label={t('Zoom out (−)')}
          small
          onClick={() => onView((now) => zoomedAbout(now, 1 / 1.3))}
        />
        <span className="compare-bar__figure">{Math.round(view.zoom * 100)} %</span>
        <IconButton
          icon="plus"
          label={t('Zoom in (+)')}
          small
          onClick={() => onView((now) => zoomedAbout(now, 1.3))}
        />
        <IconButton
          icon="fit"
          label={t('Show the whole pictures (0)')}
          small
          onClick={() => onView(() => whole)}
        />
      </div>
    </div>
  );
}
