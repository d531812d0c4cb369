import { type KeyboardEvent, useId, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import { IconButton } from '../ui/button.tsx';
import { ChoiceGroup } from '../ui/choice.tsx';
import { BodyFigure } from './body-figure.tsx';
import type { BodyMapProps } from './body-place.ts';
import { type CloseUpName, closeUpNames, closeUps, type Shown } from './close-ups.ts';
import { MapLegend } from './map-legend.tsx';
import { placeMarkers } from './markers.ts';
import { useMapZoom } from './use-map-zoom.ts';
import './body-map.css';

const choices = (Object.keys(closeUps) as CloseUpName[]).map((value) => ({
  value,
  label: closeUpNames[value],
}));

/** The body in several views; a click or Enter on a site marks a new lesion there. */
export function BodyMap(props: BodyMapProps) {
  const [name, setName] = useState<CloseUpName>('whole');
  return (
    <div className="body-map">
      <ChoiceGroup
        label={t('Shown of the body')}
        hideLabel
        className="segments"
        choices={choices}
        value={name}
        onChoose={setName}
      />
      <Figures key={name} {...props} name={name} shown={closeUps[name]} />
      <MapLegend lesions={props.lesions} statuses={props.statuses} verdicts={props.verdicts} />
    </div>
  );
}

function Figures(props: BodyMapProps & { name: CloseUpName; shown: readonly Shown[] }) {
  const { name, shown, ...map } = props;
  const zoom = useMapZoom(shown);
  const markerHelpId = useId();
  const seen = shown.map((each, index) => ({ ...each, closeUp: zoom.closeUpOf(index) }));
  const placed = placeMarkers(map.lesions, seen);
  const elsewhere = map.lesions.length - placed.flat().length;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === '+' || event.key === '=') zoom.closer();
    else if (event.key === '-') zoom.wider();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of what is inside
    <div className="body-map__figures" data-shown={name} onKeyDown={onKeyDown}>
      <p id={markerHelpId} className="visually-hidden">
        {t('Enter shows the lesion.')}{' '}
        {map.onMove &&
          `${t(
            'Arrow keys move its marker, Shift makes the steps finer, Enter keeps the new place, Escape puts it back.',
          )} `}
        {t('Plus and minus look closer and wider.')}
      </p>
      {seen.map((figure, index) => (
        <figure key={figure.name} className="body-map__view" data-view={figure.view}>
          <BodyFigure
            shown={figure}
            markers={placed[index] ?? []}
            markerHelpId={markerHelpId}
            zoom={{
              isWhole: zoom.isWhole,
              closerAt: (point, step) => zoom.closerAt(index, point, step),
              centre: (point) => zoom.centre(index, point),
            }}
            {...map}
          />
          <figcaption>
            <span aria-hidden="true">{figure.sides?.[0]}</span>
            {figure.name}
            <span aria-hidden="true">{figure.sides?.[1]}</span>
          </figcaption>
        </figure>
      ))}
      <div className="body-map__zoom">
        <IconButton
          icon="plus"
          label={t('Look closer (+)')}
          variant="secondary"
          small
          disabled={zoom.isClosest}
          onClick={zoom.closer}
        />
        <IconButton
          icon="minus"
          label={t('Look wider (−)')}
          variant="secondary"
          small
          disabled={zoom.isWhole}
          onClick={zoom.wider}
        />
      </div>
      {elsewhere > 0 && (
        <p className="body-map__elsewhere faint">
          {t('{elsewhere} of {lesions} lesions not in this view.', {
            elsewhere,
            lesions: map.lesions.length,
          })}
        </p>
      )}
    </div>
  );
}
