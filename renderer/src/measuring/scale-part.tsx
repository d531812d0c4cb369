import { type FormEvent, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { StationInput, StationOutput } from '../station/connection.ts';
import { useMay } from '../station/use-may.ts';
import { useStation, useStationCommand } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { FieldError, TextField } from '../ui/fields.tsx';
import { ErrorNotice, Notice } from '../ui/notices.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { formatDate } from '../wording/dates.ts';
import { originText, profileName, scaleText } from '../wording/measures.ts';
import type { MeasurePanelProps } from './panel-props.ts';

type Props = MeasurePanelProps & { measured: StationOutput<'measuring.ofImage'> };
type Calibration = StationInput<'measuring.calibrate'>['by'];

/** By which scale it is measured, and how it gets one. */
export function ScalePart(props: Props) {
  const { image, measured, isEditable, tool, onTool, ends, ruler, onRuler } = props;
  const { scale, profiles } = measured;
  const station = useStation();
  const input = { imageId: image.id };
  const calibrate = useStationCommand('measuring.calibrate');
  const takeBack = useStationCommand('measuring.takeScaleBack');
  const [search, setSearch] = useState<'under-way' | 'nothing'>();
  const set = (by: Calibration) =>
    calibrate.mutate(
      { ...input, by },
      {
        onSuccess: () => {
          onTool('points');
          showToast(t('The picture is calibrated.'), {
            label: t('Undo'),
            run: () => takeBack.mutate(input, { onError: showErrorToast }),
          });
        },
      },
    );
  const find = async () => {
    onTool('points');
    setSearch('under-way');
    try {
      const found = await station.call('measuring.findRuler', input);
      onRuler(found);
      setSearch(found ? undefined : 'nothing');
    } catch (error) {
      setSearch(undefined);
      showErrorToast(error);
    }
  };
  const isClicking = tool === 'clicks' || tool === 'mark';
  const [from, to] = ends.places;
  return (
    <div className="measure-panel__part">
      <h3>{t('Scale')}</h3>
      {scale ? (
        <p>
          {scaleText(scale)}{' '}
          <span className="faint">
            {originText(scale.origin)}; {scale.userName}, {formatDate(scale.setAt)}.
          </span>
        </p>
      ) : (
        <p className="soft">
          {t('Not calibrated: lengths are in pixels, and are no sizes on the skin.')}
        </p>
      )}
      <ErrorNotice error={calibrate.error ?? takeBack.error} />
      {search === 'nothing' && (
        <Notice>
          {t(
            'No ruler was found. Its marks must be seen in a row of at least seven; otherwise point at two of them.',
          )}
        </Notice>
      )}
      {isEditable && ruler && (
        <LengthForm
          label={t('Its marks are … mm apart')}
          first="1"
          said={t(
            '{marks, plural, one {A ruler with # mark was found: the line in the picture lies along it. Is that so?} other {A ruler with # marks was found: the line in the picture lies along it. Is that so?}}',
            { marks: ruler.marks },
          )}
          busy={calibrate.isPending}
          onLength={(markMm) => set({ source: 'ruler', markMm })}
          onCancel={() => onRuler(null)}
        />
      )}
      {isEditable && isClicking && !to && (
        <p role="status">
          {tool === 'mark'
            ? t('Point at the two ends of the mark.')
            : t('Point at two marks of the ruler, as far apart as you can see.')}
        </p>
      )}
      {isEditable && isClicking && from && to && (
        <LengthForm
          label={t('Length in mm')}
          first={tool === 'mark' ? '' : '10'}
          said={t('How long is it from the one point to the other?')}
          busy={calibrate.isPending}
          onLength={(lengthMm) =>
            set({ source: tool, from, to, lengthMm, screenPx: ends.screenPx })
          }
          onCancel={() => onTool('points')}
        />
      )}
      {isEditable && !ruler && !isClicking && (
        <div className="measure-panel__buttons">
          {profiles.map((profile) => (
            <Button
              key={profile.id}
              small
              onClick={() => set({ source: 'device', profileId: profile.id })}
            >
              {t('Profile of {profile}', { profile: profileName(profile) })}
            </Button>
          ))}
          <Button small busy={search === 'under-way'} onClick={() => void find()}>
            {search === 'under-way' ? t('Looking for a ruler…') : t('Find the ruler')}
          </Button>
          <Button small onClick={() => onTool('clicks')}>
            {t('Two points on a ruler')}
          </Button>
          <Button small onClick={() => onTool('mark')}>
            {t('A mark of known size')}
          </Button>
          {scale && (
            <Button
              small
              variant="quiet"
              busy={takeBack.isPending}
              onClick={() => takeBack.mutate(input)}
            >
              {t('Take the scale back')}
            </Button>
          )}
        </div>
      )}
      {scale && scale.origin.source !== 'device' && image.device !== null && (
        <ProfileForm imageId={image.id} device={image.device} />
      )}
    </div>
  );
}

interface LengthFormProps {
  said: string;
  label: string;
  first: string;
  busy: boolean;
  onLength: (mm: number) => void;
  onCancel: () => void;
}

function LengthForm({ said, label, first, busy, onLength, onCancel }: LengthFormProps) {
  const [typed, setTyped] = useState(first);
  const [isAsked, setAsked] = useState(false);
  const mm = Number(typed.trim().replace(',', '.'));
  const problem = mm > 0 && mm <= 1000 ? undefined : t('Type a length in millimetres, 10 or 0.5.');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (!problem && !busy) onLength(mm);
  };
  return (
    <form onSubmit={submit} noValidate>
      <p>{said}</p>
      <div className="measure-panel__length">
        <TextField label={label} value={typed} onValue={setTyped} inputMode="decimal" autoFocus />
        <Button type="submit" icon="check" busy={busy}>
          {t('Calibrate')}
        </Button>
        <Button variant="quiet" onClick={onCancel}>
          {t('Cancel')}
        </Button>
      </div>
      <FieldError text={isAsked ? problem : undefined} />
    </form>
  );
}

/** One picture’s own scale for all of its camera. */
function ProfileForm({ imageId, device }: { imageId: string; device: string }) {
  const may = useMay();
  const add = useStationCommand('measuring.addProfile');
  const apply = useStationCommand('measuring.applyProfile');
  const [magnification, setMagnification] = useState('');
  if (!may('measuring.addProfile')) return null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(
      { imageId, magnification },
      {
        onSuccess: ({ id }) =>
          apply.mutate(
            { profileId: id },
            {
              onSuccess: ({ images }) =>
                showToast(
                  images > 0
                    ? t(
                        '{images, plural, one {Kept as the profile of {device}, and used for # picture without a scale.} other {Kept as the profile of {device}, and used for # pictures without a scale.}}',
                        { images, device },
                      )
                    : t('Kept as the profile of {device}.', { device }),
                ),
            },
          ),
      },
    );
  };
  return (
    <details>
      <summary>{t('For all pictures of {device}', { device })}</summary>
      <form onSubmit={submit} className="measure-panel__part">
        <p className="faint">
          {t(
            'Only where camera and dermatoscope are always set alike. It is used for pictures of this shape that have no scale, and for those to come. With several magnifications, name each: a person then chooses which it was.',
          )}
        </p>
        <div className="measure-panel__length">
          <TextField
            label={t('Magnification')}
            optional
            placeholder="10×"
            maxLength={40}
            value={magnification}
            onValue={setMagnification}
          />
          <Button type="submit" busy={add.isPending || apply.isPending}>
            {t('Keep as its profile')}
          </Button>
        </div>
        <ErrorNotice error={add.error ?? apply.error} />
      </form>
    </details>
  );
}
