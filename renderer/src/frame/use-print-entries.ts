import { useEffect, useRef } from 'react';
import { t } from '../../../src/language/index.ts';
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
  if (route.screen === 'patient') return t('patient:{patientId}', { patientId: route.patientId });
  if (route.screen === 'image') return t('image:{imageId}', { imageId: route.imageId });
  if (route.screen === 'overview')
    return t('overview:{overviewId}', { overviewId: route.overviewId });
  return t('screen:{screen}', { screen: route.screen });
}
