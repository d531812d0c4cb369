import { useSyncExternalStore } from 'react';

/** The parts of the settings, in their order. */
export const settingsParts = [
  'you',
  'clinic',
  'templates',
  'backup',
  'devices',
  'classes',
  'sharing',
  'reading',
  'quality',
  'program',
  'log',
  'keys',
] as const;
export type SettingsPart = (typeof settingsParts)[number];

/** A screen and what it shows. Addresses hold ids only, never a name or a search text. */
export type Route =
  | { readonly screen: 'worklist' }
  | { readonly screen: 'patients' }
  | { readonly screen: 'follow-ups' }
  | { readonly screen: 'opinions' }
  | { readonly screen: 'patient'; readonly patientId: string }
  | { readonly screen: 'lesion'; readonly lesionId: string }
  | { readonly screen: 'report'; readonly lesionId: string }
  | { readonly screen: 'visit-report'; readonly patientId: string }
  | { readonly screen: 'compare'; readonly lesionId: string; readonly imageIds: readonly string[] }
  | { readonly screen: 'image'; readonly imageId: string }
  | { readonly screen: 'overview'; readonly overviewId: string }
  | { readonly screen: 'settings'; readonly part: SettingsPart };

export function parseRoute(hash: string): Route {
  const [screen, id, part, ids] = hash.replace(/^#\/?/, '').split('/');
  if (screen === 'patients' && id && part === 'report')
    return { screen: 'visit-report', patientId: id };
  if (screen === 'patients') return id ? { screen: 'patient', patientId: id } : { screen };
  if (screen === 'follow-ups' || screen === 'opinions') return { screen };
  if (screen === 'lesions' && id && part === 'compare')
    return { screen: 'compare', lesionId: id, imageIds: (ids ?? '').split(',').filter(Boolean) };
  if (screen === 'lesions' && id && part === 'report') return { screen: 'report', lesionId: id };
  if (screen === 'lesions' && id) return { screen: 'lesion', lesionId: id };
  if (screen === 'overviews' && id) return { screen: 'overview', overviewId: id };
  if (screen === 'images' && id) return { screen: 'image', imageId: id };
  if (screen === 'settings')
    return { screen, part: settingsParts.find((part) => part === id) ?? 'you' };
  return { screen: 'worklist' };
}

export function href(route: Route): string {
  switch (route.screen) {
    case 'patient':
      return `#/patients/${route.patientId}`;
    case 'lesion':
      return `#/lesions/${route.lesionId}`;
    case 'visit-report':
      return `#/patients/${route.patientId}/report`;
    case 'report':
      return `#/lesions/${route.lesionId}/report`;
    case 'compare':
      return `#/lesions/${route.lesionId}/compare/${route.imageIds.join(',')}`;
    case 'image':
      return `#/images/${route.imageId}`;
    case 'overview':
      return `#/overviews/${route.overviewId}`;
    case 'settings':
      return `#/settings/${route.part}`;
    default:
      return `#/${route.screen}`;
  }
}

export function navigate(route: Route): void {
  location.hash = href(route);
}

const subscribe = (listener: () => void) => {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
};

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => location.hash));
}
