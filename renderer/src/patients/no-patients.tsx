import { EmptyState } from '../ui/notices.tsx';
import { type PatientsView, saysSomething } from './view.ts';

/** In the place of the list's rows, where there are none. */
export function NoPatients(props: Pick<PatientsView, 'text' | 'show'> & { hasSimilar: boolean }) {
  const { text, show, hasSimilar } = props;
  if (text.trim() !== '' && !saysSomething(text))
    return (
      <EmptyState icon="search" title="Signs alone find nobody">
        <p>Type letters or figures: a name, a record number or a date of birth.</p>
      </EmptyState>
    );
  if (hasSimilar) return <p className="soft">Nobody matches exactly.</p>;
  if (text.trim() !== '')
    return (
      <EmptyState icon="search" title="Nobody matches">
        <p>
          Check the spelling, or look among the {show === 'archived' ? 'current' : 'archived'}{' '}
          records. The beginning of each word is enough.
        </p>
      </EmptyState>
    );
  if (show === 'archived')
    return (
      <EmptyState icon="archive" title="Nobody is archived">
        <p>Archived records are kept here. Nothing of them is deleted.</p>
      </EmptyState>
    );
  if (show === 'waiting')
    return (
      <EmptyState icon="check" title="Nobody waits for a review">
        <p>Whoever has an image without a review is listed here.</p>
      </EmptyState>
    );
  return (
    <EmptyState icon="patients" title="Nobody is enrolled yet">
      <p>Enrol the first person with “New patient”, then mark a lesion and add its images.</p>
    </EmptyState>
  );
}
