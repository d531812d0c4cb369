import { Trans } from '@lingui/react';
import { useState } from 'react';
import {
  type Patient,
  type PatientDetails,
  riskFactors,
  type SharedPerson,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { EnrolDialog } from '../patients/patient-dialogs.tsx';
import { blankPatient } from '../patients/patient-form.tsx';
import { href } from '../routing/routes.ts';
import type { StationOutput } from '../station/connection.ts';
import { useStation } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { ErrorNotice, Notice } from '../ui/notices.tsx';
import { countText } from '../wording/counts.ts';
import { patientName } from '../wording/patients.ts';

interface Keeping {
  readonly patient?: Patient;
  /** How far it is, from 0 to 1. */
  readonly share?: number | undefined;
  readonly kept?: StationOutput<'sharing.keep'>;
  readonly error?: unknown;
}

/** Copying people of an opened case into patients of one's own, each for itself. */
export function useKeeping(openedId: string) {
  const station = useStation();
  const [all, setAll] = useState<Readonly<Record<string, Keeping>>>({});
  const [enrolling, setEnrolling] = useState<SharedPerson>();
  const tell = (ref: string, keeping: Keeping) =>
    setAll((before) => ({ ...before, [ref]: { ...before[ref], ...keeping } }));

  const keep = async (personRef: string, patient: Patient) => {
    const keepingId = crypto.randomUUID();
    tell(personRef, { patient, share: 0, error: null });
    const leave = station.subscribe('sharing.progress', ({ makingId, share }) => {
      if (makingId === keepingId) tell(personRef, { share });
    });
    try {
      const asked = { openedId, keepingId, personRef, patientId: patient.id };
      tell(personRef, { kept: await station.call('sharing.keep', asked) });
    } catch (error) {
      tell(personRef, { error });
    } finally {
      leave();
      tell(personRef, { share: undefined });
    }
  };

  return {
    of: (ref: string): Keeping => all[ref] ?? {},
    isBusy: Object.values(all).some(({ share }) => share !== undefined),
    ask: (person: SharedPerson) => {
      const known = all[person.ref]?.patient;
      if (known) void keep(person.ref, known);
      else setEnrolling(person);
    },
    /** In place of the case, while it is asked who the person is. */
    dialog: enrolling && (
      <EnrolDialog
        begun={detailsOf(enrolling)}
        onClose={() => setEnrolling(undefined)}
        onEnrolled={(patient) => {
          setEnrolling(undefined);
          void keep(enrolling.ref, patient);
        }}
      />
    ),
  };
}

/** The button for one person, how far it is, and what came of it. */
export function KeepPerson({
  keeping: { patient, share, kept, error },
  isBusy,
  onAsk,
}: {
  keeping: Keeping;
  isBusy: boolean;
  onAsk: () => void;
}) {
  if (share !== undefined)
    return (
      <label className="share__progress">
        {t('Keeping it as a patient…')}
        <progress value={share} max={1} />
      </label>
    );
  if (kept && patient)
    return (
      <Notice tone="good">
        <Trans
          id="Kept with {lesions} and {images} as <patient>{name}</patient>."
          values={{
            lesions: countText(kept.lesions, 'lesion'),
            images: countText(kept.images, 'image'),
            name: patientName(patient),
          }}
          components={{
            // biome-ignore lint/a11y/useAnchorContent: the message's words stand in it
            patient: <a href={href({ screen: 'patient', patientId: patient.id })} />,
          }}
        />
        {kept.duplicates > 0 &&
          ` ${t('In this clinic already, and left where they are: {images}.', {
            images: countText(kept.duplicates, 'image'),
          })}`}
        {kept.failed > 0 &&
          ` ${t('Not stored: {images}.', { images: countText(kept.failed, 'image') })}`}
      </Notice>
    );
  return (
    <>
      <ErrorNotice error={error} />
      <div>
        <Button small icon="save" disabled={isBusy} onClick={onAsk}>
          {t('Keep as a patient…')}
        </Button>
      </div>
    </>
  );
}

/** What the case says of the person, for the form. */
function detailsOf({ name, birthDate, sex, phototype, note, ...rest }: SharedPerson) {
  const begun: PatientDetails = { ...blankPatient, ...name, birthDate, sex, phototype, note };
  return { ...begun, ...riskFactors.parse(rest) };
}
