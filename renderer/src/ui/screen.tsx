import { type ReactNode, useEffect, useRef } from 'react';
import { t } from '../../../src/language/index.ts';
import { ErrorNotice, Loading } from './notices.tsx';
import './screen.css';

interface ScreenProps {
  title: string;
  /** Beside the title. */
  detail?: ReactNode;
  /** Before the title, for example the way back. */
  before?: ReactNode;
  actions?: ReactNode;
  /** For the window's title, which others may see: never a name. */
  windowTitle?: string;
  fill?: boolean;
  /** The title stands in the top bar already: here it is for the focus and for screen readers. */
  isTitleAbove?: boolean;
  children: ReactNode;
}

/** A screen below the frame. Arriving at it moves the focus to its heading. */
export function Screen(props: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const windowTitle = props.windowTitle ?? props.title;
  useEffect(() => {
    document.title = t('{windowTitle} – Dermaspike', { windowTitle });
    heading.current?.focus({ preventScroll: true });
  }, [windowTitle]);
  return (
    <div className={props.fill ? 'screen screen--fill' : 'screen'}>
      <header className="screen__head">
        <div className="screen__start">
          {props.before}
          <div className="screen__titles">
            <h1
              ref={heading}
              tabIndex={-1}
              className={props.isTitleAbove ? 'visually-hidden' : undefined}
            >
              {props.title}
            </h1>
            {props.detail}
          </div>
        </div>
        {props.actions && <div className="screen__actions">{props.actions}</div>}
      </header>
      {props.children}
    </div>
  );
}

interface MissingScreenProps {
  title: string;
  /** For example "the patient". */
  what: string;
  error: unknown;
  backHref: string;
  onRetry: () => void;
}

/** In the place of a screen whose record is on its way, or cannot be had. */
export function MissingScreen({ title, what, error, backHref, onRetry }: MissingScreenProps) {
  if (!error)
    return (
      <div className="screen">
        <Loading what={what} />
      </div>
    );
  return (
    <Screen title={title}>
      <ErrorNotice error={error} onRetry={onRetry} />
      <div>
        <a className="button" href={backHref}>
          {t('Back to the list')}
        </a>
      </div>
    </Screen>
  );
}
