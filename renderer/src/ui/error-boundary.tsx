import { Component, type ReactNode } from 'react';
import { t } from '../../../src/language/index.ts';
import { Button } from './button.tsx';
import { Notice } from './notices.tsx';

interface ErrorBoundaryProps {
  /** What failed, as a sentence's subject: "This screen". */
  what: string;
  /** When it changes, as upon going to another screen, what failed is tried again. */
  place?: string;
  children: ReactNode;
}

/** Shows what can be done where rendering failed, instead of an empty page. The rest goes on. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { failure: string | null }> {
  override state: { failure: string | null } = { failure: null };

  static getDerivedStateFromError(error: unknown) {
    return { failure: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }

  override componentDidUpdate(before: ErrorBoundaryProps): void {
    if (this.state.failure !== null && before.place !== this.props.place)
      this.setState({ failure: null });
  }

  override render(): ReactNode {
    const { failure } = this.state;
    if (failure === null) return this.props.children;
    return (
      <div className="gate">
        <div className="start__column">
          <h1>{t('{what} could not be shown', { what: this.props.what })}</h1>
          <Notice tone="error">
            {t(
              'This is a fault of Dermaspike’s. What was saved is safe, and what was typed into a form is kept as a draft.',
            )}
          </Notice>
          <div className="start__choices">
            <Button variant="primary" onClick={() => this.setState({ failure: null })}>
              {t('Try again')}
            </Button>
            <Button onClick={() => window.location.reload()}>{t('Load everything again')}</Button>
          </div>
          <details>
            <summary>{t('For whoever maintains it')}</summary>
            <pre className="soft">{failure}</pre>
          </details>
        </div>
      </div>
    );
  }
}
