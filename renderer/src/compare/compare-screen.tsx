import { useEffect, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { LesionRecord } from '../lesion/timeline.ts';
import { inOrder, timelineOf } from '../lesion/timeline.ts';
import { href, navigate } from '../routing/routes.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { BackLink } from '../ui/back-link.tsx';
import { EmptyState, ErrorNotice } from '../ui/notices.tsx';
import { MissingScreen, Screen } from '../ui/screen.tsx';
import { prefersStillness } from '../ui/stillness.ts';
import { siteText } from '../wording/anatomy.ts';
import { AlignmentNote } from './alignment-note.tsx';
import { Captions, nameOf } from './captions.tsx';
import { CompareBar } from './compare-bar.tsx';
import { type Mode, modeNames, modeNotes } from './modes.ts';
import type { Composition, Layer } from './paint.ts';
import { Pane } from './pane.tsx';
import { useCompareKeys } from './use-compare-keys.ts';
import { usePictures } from './use-pictures.ts';
import { useRegistration } from './use-registration.ts';
import { type Alignment, asTaken, type View, whole } from './view.ts';
import './compare.css';

interface CompareScreenProps {
  lesionId: string;
  imageIds: readonly string[];
}

export function CompareScreen({ lesionId, imageIds }: CompareScreenProps) {
  const query = useStationQuery('lesions.get', { lesionId });
  if (query.data) return <Compare record={query.data} imageIds={imageIds} />;
  return (
    <MissingScreen
      title={t('Compare')}
      what={t('the lesion')}
      error={query.error}
      backHref={href({ screen: 'lesion', lesionId })}
      onRetry={() => void query.refetch()}
    />
  );
}

/** How long each of the two is shown, so that there are fewer than three changes a second. */
const blinkMs = 700;

function Compare({ record, imageIds }: { record: LesionRecord; imageIds: readonly string[] }) {
  const { lesion } = record;
  const all = inOrder(timelineOf(record.images));
  const shown = imageIds.flatMap((id) => all.find(({ image }) => image.id === id) ?? []);
  const [mode, setMode] = useState<Mode>('side');
  const [view, setView] = useState<View>(whole);
  const [share, setShare] = useState(0.5);
  const [blink, setBlink] = useState({ isSecond: false, isHeld: prefersStillness() });
  /** Laid by hand, by image. */
  const [byHand, setByHand] = useState<ReadonlyMap<string, Alignment>>(new Map());
  const pictures = usePictures(
    shown.map(({ image }) => image),
    view.zoom,
  );
  const [first, second] = shown;
  const registration = useRegistration(
    first && { id: first.image.id, picture: pictures(first.image.id).picture },
    second && { id: second.image.id, picture: pictures(second.image.id).picture },
    mode !== 'side',
  );

  useEffect(() => {
    if (mode !== 'blink' || blink.isHeld) return;
    const timer = setInterval(
      () => setBlink((now) => ({ ...now, isSecond: !now.isSecond })),
      blinkMs,
    );
    return () => clearInterval(timer);
  }, [mode, blink.isHeld]);

  const replace = (place: 0 | 1, step: 1 | -1) => {
    const others = shown.map(({ image }) => image.id);
    const free = all.filter(
      ({ image }) => image.id === others[place] || !others.includes(image.id),
    );
    const at = free.findIndex(({ image }) => image.id === others[place]);
    const next = free[at + step];
    if (!next) return;
    const ids = others.with(place, next.image.id);
    navigate({ screen: 'compare', lesionId: lesion.id, imageIds: ids });
  };
  const nudge = (change: (alignment: Alignment) => Alignment) => {
    if (!second) return;
    const { id } = second.image;
    setByHand((before) => new Map(before).set(id, change(before.get(id) ?? asTaken)));
  };
  const putBack = () => {
    if (second)
      setByHand((before) => new Map([...before].filter(([id]) => id !== second.image.id)));
  };
  useCompareKeys({
    lesionId: lesion.id,
    setMode,
    setView,
    setShare,
    flip: () => setBlink(({ isSecond }) => ({ isSecond: !isSecond, isHeld: true })),
    replace,
    nudge,
    putBack,
  });

  const layerOf = (entry: (typeof shown)[number]): Layer => ({
    picture: pictures(entry.image.id).picture,
    alignment: entry === first ? asTaken : (byHand.get(entry.image.id) ?? asTaken),
    // Side by side they stay as they were taken.
    registered: entry === second && mode !== 'side' ? registration.registered : undefined,
  });
  const error = shown.map(({ image }) => pictures(image.id).error).find(Boolean);

  return (
    <Screen
      title={t('Compare lesion {label}', { label: lesion.label })}
      windowTitle={t('Compare')}
      fill
      before={
        <BackLink
          to={href({ screen: 'lesion', lesionId: lesion.id })}
          label={t('Back to the lesion')}
        />
      }
      detail={<span className="soft">{siteText(lesion)}</span>}
    >
      <ErrorNotice error={error} />
      {!first || !second ? (
        <EmptyState icon="image" title={t('Two images are needed')}>
          <p>{t('Tick them on the lesion’s page, then compare.')}</p>
          <a
            className="button button--primary"
            href={href({ screen: 'lesion', lesionId: lesion.id })}
          >
            {t('To the lesion')}
          </a>
        </EmptyState>
      ) : (
        <>
          <CompareBar
            mode={mode}
            onMode={setMode}
            view={view}
            onView={setView}
            share={share}
            onShare={setShare}
            isHeld={blink.isHeld}
            onHold={() => setBlink((now) => ({ ...now, isHeld: !now.isHeld }))}
          />
          <div className={`panes panes--${mode === 'side' ? shown.length : 1}`}>
            {mode === 'side' ? (
              shown.map((entry) => (
                <Pane
                  key={entry.image.id}
                  name={nameOf(lesion, entry)}
                  caption={<Captions entries={[entry]} />}
                  composition={{ kind: 'one', layer: layerOf(entry) }}
                  view={view}
                  onView={setView}
                />
              ))
            ) : (
              <Pane
                name={`${modeNames[mode]}: ${nameOf(lesion, first)}; ${nameOf(lesion, second)}`}
                caption={
                  <Captions
                    entries={[first, second]}
                    current={mode === 'blink' ? (blink.isSecond ? second : first) : undefined}
                  />
                }
                composition={composed(mode, layerOf(first), layerOf(second), {
                  share,
                  isSecond: blink.isSecond,
                })}
                view={view}
                onView={setView}
                onDivide={setShare}
              />
            )}
          </div>
          <AlignmentNote
            isByHand={byHand.has(second.image.id)}
            registration={registration}
            note={modeNotes[mode]}
            isLaidOver={mode !== 'side'}
            onPutBack={putBack}
          />
        </>
      )}
    </Screen>
  );
}

function composed(
  mode: Exclude<Mode, 'side'>,
  first: Layer,
  second: Layer,
  { share, isSecond }: { share: number; isSecond: boolean },
): Composition {
  switch (mode) {
    case 'blink':
      return { kind: 'one', layer: isSecond ? second : first };
    case 'swipe':
      return { kind: 'swipe', layers: [first, second], at: share };
    case 'fade':
      return { kind: 'fade', layers: [first, second], opacity: share };
    case 'difference':
      return { kind: 'difference', layers: [first, second] };
  }
}
