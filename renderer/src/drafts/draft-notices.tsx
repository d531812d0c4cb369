import { Trans } from '@lingui/react';
import { t } from '../../../src/language/index.ts';
import { Button } from '../ui/button.tsx';
import { Notice } from '../ui/notices.tsx';
import { listText } from '../wording/lists.ts';
import './drafts.css';
import type { DraftedForm } from './use-drafted-form.ts';

interface DraftNoticesProps<D> {
  form: DraftedForm<D>;
  /** What the form is about. */
  subject: 'lesion' | 'patient';
  fieldNames: Record<keyof D & string, string>;
  /** A field's value in words. */
  valueText: (details: D, field: keyof D & string) => string;
}

/** Above a form: that it was begun earlier, and what was changed elsewhere meanwhile. */
export function DraftNotices<D>({ form, subject, fieldNames, valueText }: DraftNoticesProps<D>) {
  const { meanwhile, isTakenUp } = form;
  const disputed = (meanwhile?.disputed ?? []) as (keyof D & string)[];
  const takenOver = (meanwhile?.takenOver ?? []) as (keyof D & string)[];
  return (
    <>
      {isTakenUp && (
        <p className="draft-notice faint">
          {t('You began this earlier.')}
          <Button small variant="quiet" onClick={form.beginAnew}>
            {t('Begin anew')}
          </Button>
        </p>
      )}
      {meanwhile && (
        <div role="alert">
          <Notice tone="caution">
            <p>
              <strong>
                {subject === 'lesion'
                  ? t('This lesion was changed in another window meanwhile.')
                  : t('This patient was changed in another window meanwhile.')}
              </strong>
              {takenOver.length > 0 &&
                ` ${t('Taken over from there: {fields}.', {
                  fields: listText(takenOver.map((field) => fieldNames[field])),
                })}`}
              {disputed.length > 0 &&
                ` ${t('Changed there and here; saving keeps what you typed:')}`}
            </p>
            {disputed.length > 0 && (
              <ul className="draft-notice__fields">
                {disputed.map((field) => (
                  <li key={field}>
                    <span>
                      <Trans
                        id="<b>{field}</b> is “{value}” there."
                        values={{
                          field: fieldNames[field],
                          value: valueText(meanwhile.now, field),
                        }}
                        components={{ b: <strong /> }}
                      />
                    </span>
                    <Button small onClick={() => form.takeTheirs(field)}>
                      {t('Use that')}
                    </Button>
                  </li>
                ))}
              </ul>
            )}
          </Notice>
        </div>
      )}
    </>
  );
}
