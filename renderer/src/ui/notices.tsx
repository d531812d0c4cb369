import type { ReactNode } from 'react';
import { t } from '../../../src/language/index.ts';
import { errorText } from '../station/errors.ts';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icons.tsx';
import './surfaces.css';

type Tone = 'error' | 'caution' | 'good' | 'plain';
const toneIcons: Record<Tone, IconName> = {
  error: 'error',
  caution: 'warning',
  good: 'check',
  plain: 'about',
};

export function Notice({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <div className={`notice notice--${tone}`} role={tone === 'error' ? 'alert' : undefined}>
      <Icon name={toneIcons[tone]} />
      <div className="notice__body">{children}</div>
    </div>
  );
}

/** A failed call in the place of what it should have brought. */
export function ErrorNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  if (!error) return null;
  return (
    <Notice tone="error">
      {errorText(error)}
      {onRetry && (
        <>
          {' '}
          <Button small onClick={onRetry}>
            {t('Try again')}
          </Button>
        </>
      )}
    </Notice>
  );
}

export function Loading({ what }: { what: string }) {
  return (
    <div className="loading" role="status">
      <span className="spinner" />
      {t('Loading {what}…', { what })}
    </div>
  );
}

export function EmptyState(props: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <Icon name={props.icon} size={32} />
      <h2>{props.title}</h2>
      {props.children}
    </div>
  );
}
