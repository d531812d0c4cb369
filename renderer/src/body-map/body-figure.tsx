import { type KeyboardEvent, type MouseEvent, useRef, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { BodyMapProps } from './body-place.ts';
import { markerScale, type Shown } from './close-ups.ts';
import { figures, isDrawnMirrored, isWithin, regionCentre, toPosition } from './figure.ts';
import {
  figurePoint,
  mirrorOf,
  type Part,
  partName,
  parts,
  placeIn,
  shownParts,
} from './figure-parts.ts';
import { MarkerView } from './marker-view.tsx';
import type { Marker } from './markers.ts';
import { type FigureZoom, useMapPan } from './use-map-pan.ts';

interface BodyFigureProps extends BodyMapProps {
  shown: Shown;
  markers: readonly Marker[];
  markerHelpId: string;
  zoom: FigureZoom;
}

/** One stop for Tab; arrow keys go from site to site, head to toe. */
export function BodyFigure(props: BodyFigureProps) {
  const { shown, zoom, onPlace, onMove } = props;
  const { view, closeUp, label, features } = shown;
  const scale = markerScale(shown);
  const figure = useRef<SVGSVGElement>(null);
  const pan = useMapPan(figure, closeUp, zoom);
  const [stops] = useState(() => shownParts(view, closeUp));
  const [current, setCurrent] = useState(stops[0] ?? 0);
  const [pointed, setPointed] = useState<string>();
  /** Where a marker is held. */
  const [held, setHeld] = useState<string>();

  const onClick = (part: Part) => (event: MouseEvent) => {
    const point = figure.current && figurePoint(figure.current, event);
    if (point) onPlace?.(placeIn(view, part, point));
  };
  const onKeyDown = (part: Part) => (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ' ')
      onPlace?.({
        bodySite: part.region.site,
        laterality: part.laterality,
        position: toPosition(view, regionCentre(view, part.region, part.laterality)),
      });
    else if (event.key === 'ArrowDown' || event.key === 'ArrowRight') go(1);
    else if (event.key === 'ArrowUp' || event.key === 'ArrowLeft') go(-1);
    else return;
    event.preventDefault();
  };
  const go = (step: number) => {
    const at = stops.indexOf(current) + step + stops.length;
    const next = stops[at % stops.length] ?? current;
    setCurrent(next);
    figure.current?.querySelector<SVGElement>(`[data-part="${next}"]`)?.focus();
  };
  const onFocus = (part: Part, index: number) => () => {
    setCurrent(index);
    setPointed(partName(part));
    const centre = regionCentre(view, part.region, part.laterality);
    if (!zoom.isWhole && !isWithin(closeUp, centre)) zoom.centre(centre);
  };
  const press = onPlace && {
    role: 'button',
    onKeyDown,
  };
  const help = onPlace
    ? t('Arrow keys move between sites, Enter adds a lesion there.')
    : t('Its lesions follow.');

  const { width } = figures[view];
  const classes = [
    'figure',
    closeUp.width < width && 'figure--part',
    !zoom.isWhole && 'figure--close',
  ];
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: there is no <fieldset> in SVG */}
      <svg
        ref={figure}
        className={classes.filter(Boolean).join(' ')}
        data-view={view}
        viewBox={`${closeUp.x} ${closeUp.y} ${closeUp.width} ${closeUp.height}`}
        role="group"
        aria-label={`${label}. ${help}`}
        {...pan}
      >
        {parts[view].map((part, index) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: a button where it can be pressed
          <g
            key={partName(part)}
            data-part={index}
            className={press ? 'figure__part' : 'figure__part figure__part--fixed'}
            role={press?.role}
            tabIndex={press && (index === current ? 0 : -1)}
            aria-label={press && partName(part)}
            transform={part.isMirrored ? mirrorOf(view) : undefined}
            onClick={press && onClick(part)}
            onKeyDown={press?.onKeyDown(part)}
            onFocus={press && onFocus(part, index)}
            onBlur={() => setPointed(undefined)}
            onPointerEnter={() => setPointed(partName(part))}
            onPointerLeave={() => setPointed(undefined)}
          >
            <path d={part.region.path} />
          </g>
        ))}
        {features && (
          <path
            className="figure__features"
            d={features}
            transform={isDrawnMirrored(view) ? mirrorOf(view) : undefined}
          />
        )}
        {props.markers.map((marker) => (
          <MarkerView
            key={marker.lesion.id}
            marker={marker}
            scale={scale}
            imageId={props.newestImages.get(marker.lesion.id)}
            verdict={props.verdicts.get(marker.lesion.id)}
            status={props.statuses.get(marker.lesion.id)}
            view={view}
            describedBy={props.markerHelpId}
            isChosen={marker.lesion.id === props.chosenLesionId}
            onChoose={() => props.onLesion(marker.lesion.id)}
            onMove={onMove && ((place) => onMove(marker.lesion, place))}
            onHold={setHeld}
          />
        ))}
      </svg>
      <span className="figure__pointed" aria-hidden="true">
        {held ?? pointed}
      </span>
      <span className="visually-hidden" role="status">
        {held}
      </span>
    </>
  );
}
