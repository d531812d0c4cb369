import { Trans } from '@lingui/react';
import { useState } from 'react';
import {
  type Patient,
  type PatientDetails,
  riskFactors,
  type SharedPerson,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { OpenedSharedCase } from '../../../src/station/contract/index.ts';
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
  /** From before this case was opened: whole, or broken off. */
  readonly before?: 'whole' | 'part';
  /** How far it is, from 0 to 1. */
  readonly share?: number | undefined;
  readonly kept?: StationOutput<'sharing.keep'>;
  readonly error?: unknown;
}

/** Copying people of an opened case into patients of one's own, each for itself. */
export function useKeeping(openedId: string, kept: OpenedSharedCase['kept']) {
  const station = useStation();
  const [all, setAll] = useState<Readonly<Record<string, Keeping>>>(() =>
    Object.fromEntries(
      kept.map(({ personRef, patient, isWhole }) => [
        personRef,
        { patient, before: isWhole ? 'whole' : 'part' },
      ]),
    ),
  );
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

  const choose = (patient: Patient) => {
    if (enrolling) void keep(enrolling.ref, patient);
    setEnrolling(undefined);
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
        onEnrolled={choose}
        known={{ label: t('Keep it in this record'), onChoose: choose }}
      />
    ),
  };
}

/** The button for one person, how far it is, and what came of it. */
export function KeepPerson({
  keeping: { patient, before, share, kept, error },
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
  const link = patient && (
    // biome-ignore lint/a11y/useAnchorContent: the message's words stand in it
    <a href={href({ screen: 'patient', patientId: patient.id })} />
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
          components={{ patient: link }}
        />
        {kept.duplicates > 0 &&
          ` ${t('In this clinic already, and left where they are: {images}.', {
            images: countText(kept.duplicates, 'image'),
          })}`}
        {kept.failed > 0 &&
          ` ${t('Not stored: {images}.', { images: countText(kept.failed, 'image') })}`}
      </Notice>
    );
  if (before === 'whole' && patient)
    return (
      <Notice tone="good">
        <Trans
          id="Kept before, as <patient>{name}</patient>."
          values={{ name: patientName(patient) }}
          components={{ patient: link }}
        />
      </Notice>
    );
  const isBrokenOff = before === 'part' && patient;
  return (
    <>
      {isBrokenOff && (
        <Notice>
          <Trans
            id="Keeping it as <patient>{name}</patient> was broken off. What is there stays, and what is missing is added."
            values={{ name: patientName(patient) }}
            components={{ patient: link }}
          />
        </Notice>
      )}
      <ErrorNotice error={error} />
      <div>
        <Button small icon="save" disabled={isBusy} onClick={onAsk}>
          {isBrokenOff ? t('Keep the rest') : t('Keep as a patient…')}
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
