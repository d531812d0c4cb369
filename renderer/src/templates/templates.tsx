import { useState } from 'react';
import type { TextTemplate } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { useMay } from '../station/use-may.ts';
import { useStation, useStationQuery } from '../station/use-station.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { EmptyState, ErrorNotice, Loading } from '../ui/notices.tsx';
import { Section } from '../ui/section.tsx';
import { showErrorToast, showToast } from '../ui/toasts.tsx';
import { listText } from '../wording/lists.ts';
import { templatePlaceNames } from '../wording/templates.ts';
import { TemplateDialog } from './template-dialog.tsx';
import './templates.css';

/** The clinic's own wordings for notes, in the order in which they are offered. */
export function Templates() {
  const { data, error, refetch } = useStationQuery('templates.list', {});
  const mayChange = useMay()('templates.update');
  const [open, setOpen] = useState<'new' | TextTemplate>();
  if (!data)
    return error ? (
      <ErrorNotice error={error} onRetry={() => void refetch()} />
    ) : (
      <Loading what={t('the templates')} />
    );
  const add = mayChange && (
    <div>
      <Button icon="plus" onClick={() => setOpen('new')}>
        {t('Add template')}
      </Button>
    </div>
  );
  return (
    <>
      <Section title={t('Wordings for notes')}>
        <p className="soft">
          {t(
            'What is written again and again is inserted by “Insert…” beside a note, and is ordinary text from then on: editing or removing a template changes no note. Put no patient’s name into one.',
          )}
        </p>
        {data.length === 0 ? (
          <EmptyState icon="edit" title={t('There are no templates yet.')}>
            <p>{exampleText()}</p>
            {add}
          </EmptyState>
        ) : (
          <>
            <ol className="templates">
              {data.map((template, at) => (
                <TemplateRow
                  key={template.id}
                  template={template}
                  at={at}
                  isLast={at === data.length - 1}
                  onEdit={mayChange ? () => setOpen(template) : undefined}
                />
              ))}
            </ol>
            {add}
          </>
        )}
        {!mayChange && (
          <p className="faint">
            {t('An administrator or a clinician can add, edit and remove templates.')}
          </p>
        )}
      </Section>
      {open && (
        <TemplateDialog
          template={open === 'new' ? undefined : open}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}

/** The places stay as they are in every language. */
const exampleText = (): string =>
  t(
    'For example one called “Unchanged”: “Lesion {lesion}, {site}: unchanged, long axis {longAxis}. See again in 12 months.” What stands in braces is filled in where it is inserted.',
    { lesion: '{lesion}', site: '{site}', longAxis: '{longAxis}' },
  );

interface RowProps {
  template: TextTemplate;
  at: number;
  isLast: boolean;
  /** Missing for those who only look. */
  onEdit: (() => void) | undefined;
}

function TemplateRow({ template, at, isLast, onEdit }: RowProps) {
  const station = useStation();
  const { id: templateId, name, text, places } = template;
  const move = (to: number) =>
    void station.call('templates.move', { templateId, to }).catch(showErrorToast);
  const restore = () =>
    void station.call('templates.restore', { templateId }).catch(showErrorToast);
  const remove = () =>
    void station
      .call('templates.remove', { templateId })
      .then(
        () =>
          showToast(t('Template “{name}” removed.', { name }), { label: t('Undo'), run: restore }),
        showErrorToast,
      );
  return (
    <li>
      <div className="templates__what">
        <strong>{name}</strong>
        <span className="faint">{listText(places.map((place) => templatePlaceNames[place]))}</span>
        <p className="templates__text soft">{text}</p>
      </div>
      {onEdit && (
        <div className="templates__actions">
          {/* At either end they keep the focus and do nothing. */}
          <IconButton
            icon="up"
            small
            aria-disabled={at === 0 || undefined}
            label={t('Move “{name}” up', { name })}
            onClick={() => at > 0 && move(at - 1)}
          />
          <IconButton
            icon="down"
            small
            aria-disabled={isLast || undefined}
            label={t('Move “{name}” down', { name })}
            onClick={() => isLast || move(at + 1)}
          />
          <Button small aria-label={t('Edit “{name}”', { name })} onClick={onEdit}>
            {t('Edit')}
          </Button>
          <Button small aria-label={t('Remove “{name}”', { name })} onClick={remove}>
            {t('Remove')}
          </Button>
        </div>
      )}
    </li>
  );
}
