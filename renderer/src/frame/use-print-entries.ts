import { useEffect, useRef } from 'react';

import type { Route } from '../routing/routes.ts';
import { useStationCommand } from '../station/use-station.tsx';

/** Has each printing of a screen entered in the audit log, whoever asks for it: this page, a menu or a key. */
export function usePrintEntries(route: Route): void {
  const { mutate } = useStationCommand('audit.printed');
  const subject = useRef('');
  subject.current = subjectOf(route);
  useEffect(() => {
    const onPrint = () => mutate({ subject: subject.current });
    window.addEventListener('beforeprint', onPrint);
    return () => window.removeEventListener('beforeprint', onPrint);
  }, [mutate]);
}

function subjectOf(route: Route): string {
  if (route.screen === 'patient') return `patient:${route.patientId}`;
  if (route.screen === 'image') return `image:${route.imageId}`;
  if (route.screen === 'overview') return `overview:${route.overviewId}`;
  return `screen:${route.screen}`;
}
