import { type KeyboardEvent, type MouseEvent, useRef, useState } from 'react';
import type { BodyMapProps } from './body-place.ts';
import {
  type CloseUp,
  figureWidth,
  regionCentre,
  scaleIn,
  toPosition,
  type View,
} from './figure.ts';
import { figurePoint, type Part, partName, parts, placeIn, shownParts } from './figure-parts.ts';
import { MarkerView } from './marker-view.tsx';
import { placeMarkers } from './markers.ts';

interface BodyFigureProps extends BodyMapProps {
  view: View;
  closeUp: CloseUp;
  markerHelpId: string;
}

/** One stop for Tab; arrow keys go from site to site, head to toe. */
export function BodyFigure(props: BodyFigureProps) {
  const { view, closeUp } = props;
  const shown = shownParts(view, closeUp);
  const scale = scaleIn(closeUp);
  const figure = useRef<SVGSVGElement>(null);
  const [current, setCurrent] = useState(shown[0] ?? 0);
  const [pointed, setPointed] = useState<string>();
  /** Where a marker is held. */
  const [held, setHeld] = useState<string>();

  const onClick = (part: Part) => (event: MouseEvent) => {
    const point = figure.current && figurePoint(figure.current, event);
    if (point) props.onPlace(placeIn(view, part, point));
  };
  const onKeyDown = (part: Part) => (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ' ')
      props.onPlace({
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
    const at = shown.indexOf(current) + step + shown.length;
    const next = shown[at % shown.length] ?? current;
    setCurrent(next);
    figure.current?.querySelector<SVGElement>(`[data-part="${next}"]`)?.focus();
  };

  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: there is no <fieldset> in SVG */}
      <svg
        ref={figure}
        className={scale < 1 ? 'figure figure--close' : 'figure'}
        data-view={view}
        viewBox={`${closeUp.x} ${closeUp.y} ${closeUp.width} ${closeUp.height}`}
        role="group"
        aria-label={`Body map, ${view}. Arrow keys move between sites, Enter adds a lesion there.`}
      >
        {parts[view].map((part, index) => (
          // biome-ignore lint/a11y/useSemanticElements: there is no <button> in SVG
          <g
            key={partName(part)}
            data-part={index}
            className="figure__part"
            role="button"
            tabIndex={index === current ? 0 : -1}
            aria-label={partName(part)}
            transform={part.isMirrored ? `translate(${figureWidth} 0) scale(-1 1)` : undefined}
            onClick={onClick(part)}
            onKeyDown={onKeyDown(part)}
            onFocus={() => {
              setCurrent(index);
              setPointed(partName(part));
            }}
            onBlur={() => setPointed(undefined)}
            onPointerEnter={() => setPointed(partName(part))}
            onPointerLeave={() => setPointed(undefined)}
          >
            <path d={part.region.path} />
          </g>
        ))}
        {placeMarkers(props.lesions, view, closeUp).map((marker) => (
          <MarkerView
            key={marker.lesion.id}
            marker={marker}
            scale={scale}
            imageId={props.newestImages.get(marker.lesion.id)}
            verdict={props.verdicts.get(marker.lesion.id)}
            view={view}
            describedBy={props.markerHelpId}
            isChosen={marker.lesion.id === props.chosenLesionId}
            onChoose={() => props.onLesion(marker.lesion.id)}
            onMove={(place) => props.onMove(marker.lesion, place)}
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
