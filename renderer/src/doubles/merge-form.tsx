import { type ReactNode, useState } from 'react';
import { t } from '../../../src/language/index.ts';
import type { MergeCandidate } from '../../../src/station/contract/index.ts';
import { Button } from '../ui/button.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { patientName } from '../wording/patients.ts';
import { CompareTwo } from './compare-two.tsx';
import { useMerging } from './use-merging.ts';

interface MergeFormProps {
  one: MergeCandidate;
  other: MergeCandidate;
  /** More buttons before the last one. */
  children: ReactNode;
  onMerged: () => void;
}

/** Two patients side by side; the one with more images is proposed to be kept. */
export function MergeForm({ one, other, children, onMerged }: MergeFormProps) {
  const likelier = other.imageCount > one.imageCount ? other : one;
  const [kept, setKept] = useState(likelier.patient.id);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const { merge } = useMerging();
  const [into, from] = kept === one.patient.id ? [one, other] : [other, one];
  const submit = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await merge(from.patient, into.patient);
      onMerged();
    } catch (failure) {
      setError(failure);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <div className="table-box">
        <CompareTwo one={one} other={other} kept={kept} onKeep={setKept} />
      </div>
      <p className="soft">
        {t(
          'All lesions, images, visits and consents of {duplicate} become {kept}’s, whose details stay as they are; the record is found by both names and numbers. The two can be taken apart again at any time.',
          { duplicate: patientName(from.patient), kept: patientName(into.patient) },
        )}
      </p>
      <ErrorNotice error={error} />
      <div className="dialog__actions">
        {children}
        <Button variant="primary" icon="merge" busy={isBusy} onClick={() => void submit()}>
          {t('Merge into the one that is kept')}
        </Button>
      </div>
    </>
  );
}
