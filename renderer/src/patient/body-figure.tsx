import { type KeyboardEvent, type MouseEvent, useRef, useState } from 'react';
import type { Laterality } from '../../../src/clinic/entities/index.ts';
import { siteText } from '../wording/anatomy.ts';
import type { BodyMapProps } from './body-place.ts';
import {
  figureHeight,
  figureWidth,
  lateralityAt,
  type Region,
  regionCentre,
  regions,
  toPosition,
  type View,
} from './figure.ts';
import { type Marker, placeMarkers } from './markers.ts';

/** A region as it is drawn: a paired one twice. */
interface Part {
  readonly region: Region;
  readonly laterality: Laterality;
  readonly isMirrored: boolean;
}

function partsOf(view: View): Part[] {
  return regions[view].flatMap((region): Part[] => {
    if (!region.isPaired) return [{ region, laterality: 'midline', isMirrored: false }];
    const near = lateralityAt(view, region, 0);
    const far = lateralityAt(view, region, figureWidth);
    return [
      { region, laterality: near, isMirrored: false },
      { region, laterality: far, isMirrored: true },
    ];
  });
}

const parts: Record<View, Part[]> = { front: partsOf('front'), back: partsOf('back') };

const partName = ({ region, laterality }: Part): string =>
  siteText({
    bodySite: region.site,
    laterality: laterality === 'midline' ? 'unspecified' : laterality,
  });

/** One stop for Tab; arrow keys go from site to site, head to toe. */
export function BodyFigure({ view, ...props }: BodyMapProps & { view: View }) {
  const figure = useRef<SVGSVGElement>(null);
  const [current, setCurrent] = useState(0);
  const [pointed, setPointed] = useState<string>();

  const place = (part: Part, [x, y]: readonly [number, number], laterality: Laterality) =>
    props.onPlace({
      bodySite: part.region.site,
      laterality,
      position: toPosition(view, [x, y]),
    });
  const onClick = (part: Part) => (event: MouseEvent) => {
    const matrix = figure.current?.getScreenCTM();
    if (!matrix) return;
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    place(part, [x, y], lateralityAt(view, part.region, x));
  };
  const onKeyDown = (part: Part) => (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ' ')
      place(part, regionCentre(view, part.region, part.laterality), part.laterality);
    else if (event.key === 'ArrowDown' || event.key === 'ArrowRight') go(1);
    else if (event.key === 'ArrowUp' || event.key === 'ArrowLeft') go(-1);
    else return;
    event.preventDefault();
  };
  const go = (step: number) => {
    const next = (current + step + parts[view].length) % parts[view].length;
    setCurrent(next);
    figure.current?.querySelector<SVGElement>(`[data-part="${next}"]`)?.focus();
  };

  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: there is no <fieldset> in SVG */}
      <svg
        ref={figure}
        className="figure"
        viewBox={`0 0 ${figureWidth} ${figureHeight}`}
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
        {placeMarkers(props.lesions, view).map((marker) => (
          <MarkerView
            key={marker.lesion.id}
            marker={marker}
            isChosen={marker.lesion.id === props.chosenLesionId}
            onChoose={() => props.onLesion(marker.lesion.id)}
          />
        ))}
      </svg>
      <span className="figure__pointed" aria-hidden="true">
        {pointed}
      </span>
    </>
  );
}

function MarkerView(props: { marker: Marker; isChosen: boolean; onChoose: () => void }) {
  const { lesion, number, x, y, isExact } = props.marker;
  return (
    // biome-ignore lint/a11y/useSemanticElements: there is no <button> in SVG
    <g
      className={`figure__marker ${props.isChosen ? 'figure__marker--chosen' : ''}`}
      role="button"
      tabIndex={0}
      aria-label={`Lesion ${number}: ${lesion.label}, ${siteText(lesion)}`}
      transform={`translate(${x} ${y})`}
      onClick={props.onChoose}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        props.onChoose();
      }}
    >
      <circle r="9.5" strokeDasharray={isExact ? undefined : '3 2'} />
      <text textAnchor="middle" dy="3.6">
        {number}
      </text>
    </g>
  );
}
