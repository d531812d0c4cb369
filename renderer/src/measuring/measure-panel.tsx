import { useEffect, useId, useRef } from 'react';
import { t } from '../../../src/language/index.ts';
import { Button } from '../ui/button.tsx';
import { KeyHint } from '../ui/key-hint.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { OutlinePart } from './outline-part.tsx';
import type { MeasurePanelProps } from './panel-props.ts';
import { ScalePart } from './scale-part.tsx';
import './measuring.css';

/** What the lesion measures, how its outline came about, and by which scale. */
export function MeasurePanel(props: MeasurePanelProps) {
  const { isOn, onOn, query } = props;
  const titleId = useId();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isOn) panel.current?.scrollIntoView({ block: 'nearest' });
  }, [isOn]);
  return (
    <section ref={panel} className="panel measure-panel" aria-labelledby={titleId}>
      <div className="measure-panel__head">
        <h2 id={titleId}>{t('Measure')}</h2>
        <Button small aria-pressed={isOn} onClick={() => onOn(!isOn)}>
          {isOn ? t('Hide') : t('Measure')}
          <KeyHint keys={['L']} />
        </Button>
      </div>
      {isOn && <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />}
      {isOn && !query.data && !query.error && <Loading what={t('what was measured')} />}
      {isOn && query.data && (
        <>
          <OutlinePart {...props} measured={query.data} />
          <ScalePart {...props} measured={query.data} />
        </>
      )}
    </section>
  );
}
