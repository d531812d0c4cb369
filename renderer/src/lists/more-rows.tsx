import { useEffect, useRef } from 'react';
import { t } from '../../../src/language/index.ts';
import { Button } from '../ui/button.tsx';

/** Below a list's rows: fetches more of them once it comes near, or when it is pressed. */
export function MoreRows(props: { isFetching: boolean; onMore: () => void }) {
  const { isFetching, onMore } = props;
  const element = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    if (!element.current || isFetching) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) latest.current.onMore();
      },
      // Of what scrolls: beyond the window's own edge the rows would be cut off.
      { root: element.current.closest('main'), rootMargin: '600px' },
    );
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [isFetching]);
  return (
    <div ref={element} className="more-rows">
      <Button onClick={onMore} busy={isFetching}>
        {t('Show more')}
      </Button>
    </div>
  );
}
