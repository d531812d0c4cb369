import '../ui/lesion-number.css';
import type { Lesion } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { href } from '../routing/routes.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Section } from '../ui/section.tsx';
import { siteText } from '../wording/anatomy.ts';
import { isMarked, type ListedLesion, type MarkedLesion } from './marked-lesions.ts';

interface MarksPanelProps {
  lesions: readonly ListedLesion[];
  marking: Pick<Lesion, 'id' | 'label'> | undefined;
  /** Absent for who may not mark. */
  onMarking?: ((lesion: Pick<Lesion, 'id' | 'label'> | undefined) => void) | undefined;
  onNewLesion?: (() => void) | undefined;
  onRemove: (marked: MarkedLesion) => void;
  onPoint: (lesionId: string | undefined) => void;
}

/** The patient's lesions: those that are marked here, and those that can be. */
export function MarksPanel(props: MarksPanelProps) {
  const { lesions, marking, onMarking, onNewLesion } = props;
  const marked = lesions.filter(isMarked);
  const others = lesions.filter((listed) => !isMarked(listed));
  return (
    <Section title={t('Lesions')}>
      {marking && (
        <p className="notice notice--plain overview-asked" role="status">
          {t('Click where lesion {label} is. Escape leaves.', { label: marking.label })}
        </p>
      )}
      {marked.length === 0 && (
        <p className="soft">
          {onMarking
            ? t('None is marked yet. Choose one, then click where it is in the picture.')
            : t('None is marked.')}
        </p>
      )}
      {marked.length > 0 && (
        <ul className="overview-lesions" aria-label={t('Marked here')}>
          {marked.map((each) => (
            <li
              key={each.lesion.id}
              onPointerEnter={() => props.onPoint(each.lesion.id)}
              onPointerLeave={() => props.onPoint(undefined)}
            >
              <LesionName listed={each} />
              {onMarking && (
                <IconButton
                  icon="remove"
                  label={t('Take the mark of lesion {label} away', { label: each.lesion.label })}
                  small
                  onClick={() => props.onRemove(each)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {onMarking && others.length > 0 && (
        <ul className="overview-lesions" aria-label={t('Not marked here')}>
          {others.map((each) => (
            <li key={each.lesion.id}>
              <LesionName listed={each} />
              <Button
                small
                aria-pressed={marking?.id === each.lesion.id}
                aria-label={t('Mark lesion {label}', { label: each.lesion.label })}
                onClick={() => onMarking(marking?.id === each.lesion.id ? undefined : each.lesion)}
              >
                {t('Mark')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {onNewLesion && (
        <Button icon="plus" onClick={onNewLesion}>
          {t('A new lesion…')}
        </Button>
      )}
    </Section>
  );
}

function LesionName({ listed: { lesion, number } }: { listed: ListedLesion }) {
  return (
    <>
      <span className={lesion.closure ? 'lesion-number lesion-number--closed' : 'lesion-number'}>
        {number}
      </span>
      <span className="overview-lesions__name">
        <a href={href({ screen: 'lesion', lesionId: lesion.id })}>{lesion.label}</a>
        <span className="faint">
          {lesion.closure ? t('{site}, closed', { site: siteText(lesion) }) : siteText(lesion)}
        </span>
      </span>
    </>
  );
}
