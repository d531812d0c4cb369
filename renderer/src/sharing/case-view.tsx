import { Trans } from '@lingui/react';
import { useState } from 'react';
import type {
  LesionAnswer,
  SharedLesion,
  SharedPerson,
} from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import type { OpenedSharedCase } from '../../../src/station/contract/index.ts';
import { useMay } from '../station/use-may.ts';
import { useStationCommand, useStationQuery } from '../station/use-station.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ErrorNotice, Notice } from '../ui/notices.tsx';
import { saveFile } from '../ui/save-file.ts';
import { showToast } from '../ui/toasts.tsx';
import { siteText } from '../wording/anatomy.ts';
import { formatDate, formatDay } from '../wording/dates.ts';
import { findingText } from '../wording/follow-ups.ts';
import { phototypeNames, sexNames } from '../wording/patients.ts';
import { raisedRisks } from '../wording/risk.ts';
import { AnswerFields } from './answer-fields.tsx';
import { CaseImage } from './case-image.tsx';
import { KeepPerson, useKeeping } from './keep-person.tsx';
import './sharing.css';

interface CaseViewProps {
  opened: OpenedSharedCase;
  onClose: () => void;
}

type Begun = Partial<LesionAnswer>;

/** A colleague's case as it was sealed, and what one says of it. */
export function CaseView({ opened, onClose }: CaseViewProps) {
  const { case: shared, openedId, fingerprint, kept } = opened;
  const may = useMay();
  const about = useStationQuery('about', {});
  const classes = about.data?.network.classes ?? [];
  const send = useStationCommand('sharing.answer');
  const [begun, setBegun] = useState<Readonly<Record<string, Begun>>>({});
  const [isAsked, setAsked] = useState(false);
  const keeping = useKeeping(openedId, kept);
  const answers = Object.entries(begun).flatMap(([lesionRef, { impression, decision, text }]) =>
    impression && decision ? [{ lesionRef, impression, decision, text: text ?? '' }] : [],
  );
  const isIncomplete = Object.values(begun).some(
    ({ impression, decision, text }) =>
      (impression || decision || text) && !(impression && decision),
  );
  const save = () => {
    setAsked(true);
    if (answers.length === 0 || isIncomplete || send.isPending) return;
    send.mutate(
      { openedId, answers },
      {
        onSuccess: ({ bytes, fileName }) => {
          saveFile(bytes, fileName);
          showToast(
            t('{fileName} is saved, sealed for {clinicName}. Send it to them.', {
              fileName,
              clinicName: shared.clinicName,
            }),
          );
          setBegun({});
          setAsked(false);
        },
      },
    );
  };
  if (keeping.dialog) return keeping.dialog;
  return (
    <Dialog
      title={t('A case of {clinicName}', { clinicName: shared.clinicName })}
      onClose={onClose}
      holdsTyping={Object.keys(begun).length > 0}
      widthPx={1100}
    >
      <Notice>
        {t(
          'To look at: nothing of it is in this clinic’s records unless you keep it, and it is forgotten when you close it or the clinic is locked.',
        )}
      </Notice>
      <p className="soft">
        <Trans
          id="Sealed by {senderName}, {date}. Their key: <code>{fingerprint}</code>{isDeidentified, select, yes {. De-identified: all dates are shifted by the same number of days.} other {}}"
          values={{
            senderName: shared.senderName,
            date: formatDate(shared.madeAt),
            fingerprint,
            isDeidentified: shared.isDeidentified ? 'yes' : 'no',
          }}
          components={{ code: <code /> }}
        />
      </p>
      {shared.question && (
        <blockquote className="case__question">
          <p>{shared.question}</p>
        </blockquote>
      )}
      {shared.persons.map((person) => (
        <section key={person.ref} className="case__person" aria-label={personName(person)}>
          <h3>{personName(person)}</h3>
          <p className="soft">{personFacts(person).join(' · ')}</p>
          {person.note && <p className="case__note">{person.note}</p>}
          {may('sharing.keep') && (
            <KeepPerson
              keeping={keeping.of(person.ref)}
              isBusy={keeping.isBusy}
              onAsk={() => keeping.ask(person)}
            />
          )}
          {person.lesions.map((lesion) => (
            <CaseLesion
              key={lesion.ref}
              lesion={lesion}
              openedId={openedId}
              classes={classes}
              begun={may('sharing.answer') ? (begun[lesion.ref] ?? {}) : undefined}
              isAsked={isAsked}
              onAnswer={(part) =>
                setBegun({ ...begun, [lesion.ref]: { ...begun[lesion.ref], ...part } })
              }
            />
          ))}
        </section>
      ))}
      <ErrorNotice error={send.error} />
      {isAsked && answers.length === 0 && !isIncomplete && (
        <Notice tone="error">{t('Say what you think of at least one lesion.')}</Notice>
      )}
      <div className="dialog__actions">
        <Button onClick={onClose}>{t('Close')}</Button>
        {may('sharing.answer') && (
          <Button variant="primary" icon="save" busy={send.isPending} onClick={save}>
            {t('Save the answer as a file')}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

interface CaseLesionProps {
  lesion: SharedLesion;
  openedId: string;
  classes: readonly {
    code: string;
    name: string;
    gravity: 'malignant' | 'pre-malignant' | 'benign';
  }[];
  /** Undefined for who may not answer. */
  begun: Begun | undefined;
  isAsked: boolean;
  onAnswer: (part: Begun) => void;
}

function CaseLesion({ lesion, openedId, classes, begun, isAsked, onAnswer }: CaseLesionProps) {
  return (
    <article className="case__lesion" aria-label={lesion.label}>
      <h4>
        {lesion.label}, {siteText(lesion)}
      </h4>
      {lesion.note && <p className="case__note">{lesion.note}</p>}
      {lesion.histology.map((finding, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
        <p key={at}>
          <Trans
            id="<strong>{finding}</strong>, specimen of {day}"
            values={{ finding: findingText(finding), day: formatDay(finding.takenOn) }}
            components={{ strong: <strong /> }}
          />
          {finding.text && <span className="case__note">{finding.text}</span>}
        </p>
      ))}
      <div className="case__images">
        {lesion.images.map((image) => (
          <CaseImage
            key={image.ref}
            image={image}
            label={lesion.label}
            openedId={openedId}
            classes={classes}
          />
        ))}
      </div>
      {begun && (
        <AnswerFields
          label={lesion.label}
          begun={begun}
          classes={classes}
          isAsked={isAsked}
          onAnswer={onAnswer}
        />
      )}
    </article>
  );
}

const personName = ({ name, ref }: SharedPerson): string =>
  name ? `${name.familyName}, ${name.givenName}` : t('Patient {number}', { number: ref.slice(1) });

function personFacts(person: SharedPerson): string[] {
  const facts: string[] = [];
  if (person.birthDate) facts.push(t('born {day}', { day: formatDay(person.birthDate) }));
  if (person.ageYears !== null) facts.push(t('{years} y', { years: person.ageYears }));
  if (person.sex !== 'unknown') facts.push(sexNames[person.sex]);
  if (person.phototype)
    facts.push(
      t('Phototype {phototype}', { phototype: phototypeNames[person.phototype - 1] ?? '' }),
    );
  return [...facts, ...raisedRisks(person)];
}
