import { type ComponentProps, type RefObject, useRef } from 'react';
import type { TemplatePlace, TextTemplate } from '../../../src/clinic/entities/index.ts';
import { t } from '../../../src/language/index.ts';
import { useStationQuery } from '../station/use-station.tsx';
import { TextArea } from '../ui/fields.tsx';
import { Menu } from '../ui/menu.tsx';
import { showToast } from '../ui/toasts.tsx';
import { filled } from '../wording/templates.ts';
import { type Subject, useFacts } from './facts.ts';
import { insertInto } from './insert.ts';

/** As many as are seen at a glance; of more one types a part of the name. */
const fewTemplates = 8;

type AreaProps = Omit<ComponentProps<typeof TextArea>, 'tools' | 'ref' | 'about' | 'onFocus'>;

/** A note's field, with the clinic's own wordings for it where there are any. */
export function TemplatedArea({
  place,
  about,
  ...area
}: AreaProps & { place: TemplatePlace; about: Subject }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const wasEntered = useRef(false);
  const templates = useStationQuery('templates.list', {}).data ?? [];
  const offered = templates.filter(({ places }) => places.includes(place));
  return (
    <TextArea
      {...area}
      ref={field}
      onFocus={() => {
        wasEntered.current = true;
      }}
      tools={
        offered.length > 0 && (
          <InsertMenu
            {...{ about, field, wasEntered }}
            templates={offered}
            fieldName={area.label}
          />
        )
      }
    />
  );
}

interface InsertProps {
  templates: readonly TextTemplate[];
  about: Subject;
  fieldName: string;
  field: RefObject<HTMLTextAreaElement | null>;
  /** Before that the cursor is where the browser has put it. */
  wasEntered: RefObject<boolean>;
}

function InsertMenu({ templates, about, fieldName, field, wasEntered }: InsertProps) {
  const facts = useFacts(about);
  if (!facts) return null;
  const insert = ({ name, text }: TextTemplate) => {
    const area = field.current;
    if (!area) return;
    if (!wasEntered.current) area.setSelectionRange(area.value.length, area.value.length);
    if (insertInto(area, filled(text, facts))) return;
    showToast(t('“{name}” is too long for what is left of this field.', { name }));
    area.focus();
  };
  return (
    <Menu
      label={t('Insert…')}
      spoken={t('Insert… ({field})', { field: fieldName })}
      icon="plus"
      filter={templates.length > fewTemplates ? t('Name of the template') : undefined}
      items={templates.map((template) => ({
        label: template.name,
        run: () => insert(template),
      }))}
    />
  );
}
