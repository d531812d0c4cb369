import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Topic } from '../../../src/station/contract/index.ts';
import type { StationCall, StationConnection } from './connection.ts';

const worklist = ['worklist.page', 'worklist.counts', 'worklist.around'] as const;
const followUps = ['followUps.page', 'followUps.counts'] as const;
const overviews = ['overviews.ofPatient', 'overviews.get', 'overviews.ofLesion'] as const;
const plans = ['sharing.plan', 'sharing.planPatient'] as const;
const opinions = ['secondOpinions.list', 'secondOpinions.counts'] as const;

/** Which queries show something of a topic. */
const dependents: Record<Topic, readonly StationCall[]> = {
  session: ['session.state', 'session.surroundings', 'users.list', 'backup.reminder'],
  patients: [
    ...plans,
    'retention.overdue',
    'retention.kept',
    'recent.list',
    'doubles.list',
    'doubles.compare',
    'patients.merges',
    'patients.planUnmerge',
    'patients.search',
    'patients.count',
    'patients.get',
    'patients.sideBySide',
    'lesions.get',
    ...worklist,
    ...followUps,
    ...opinions,
    'images.get',
    'readings.withAge',
    ...overviews,
  ],
  lesions: [
    ...plans,
    ...overviews,
    'recent.list',
    'patients.search',
    'patients.count',
    'patients.get',
    'patients.sideBySide',
    'lesions.get',
    ...worklist,
    ...followUps,
    ...opinions,
    'images.get',
    'quality.get',
  ],
  images: [
    ...plans,
    'recent.list',
    'doubles.list',
    'patients.planUnmerge',
    'patients.search',
    'patients.count',
    'patients.get',
    'patients.sideBySide',
    'lesions.get',
    ...worklist,
    ...followUps,
    ...opinions,
    'images.get',
    'quality.get',
    'readings.ofLesion',
    'readings.withAge',
    'accelerators.readingsToRepeat',
  ],
  readings: [
    'measuring.course',
    'readings.explain',
    'readings.ofLesion',
    'readings.withAge',
    'readings.older',
    'patients.get',
    'patients.sideBySide',
    'lesions.get',
    ...worklist,
    'images.get',
    'accelerators.readingsToRepeat',
  ],
  reviews: [
    'checklists.ofImage',
    'patients.search',
    'patients.count',
    'patients.get',
    'patients.sideBySide',
    'lesions.get',
    ...worklist,
    ...followUps,
    ...opinions,
    'images.get',
    'quality.get',
  ],
  opinions: [
    ...plans,
    ...opinions,
    'images.get',
    'quality.get',
    'patients.get',
    'lesions.get',
    'checklists.ofImage',
    ...followUps,
  ],
  overviews: [...overviews, 'recent.list', 'patients.planUnmerge'],
  consents: ['consents.ofPatient', ...plans],
  sharing: ['sharing.overview', 'sharing.answersOf'],
  measures: ['measuring.course', 'measuring.ofImage', 'measuring.ofLesion', 'measuring.profiles'],
  followUps: [...followUps, 'patients.get', 'lesions.get', 'images.get'],
  drafts: ['worklist.page', 'worklist.counts'],
  views: ['views.list'],
  templates: ['templates.list'],
  users: ['users.list', 'users.dataKey', 'session.state'],
  settings: [
    'settings.get',
    'settings.screen',
    'retention.rule',
    'retention.overdue',
    'retention.kept',
  ],
  classes: [
    'classes.overview',
    'classes.examples',
    'classes.examplesOf',
    'classes.changedReadings',
    'classes.compare',
    'classes.map',
    'classes.neighbours',
    'readings.ofLesion',
    'readings.withAge',
    'readings.older',
  ],
  commissioning: ['commissioning.current'],
  backups: ['backup.state', 'backup.reminder'],
  copies: ['copies.list', 'erasures.plan'],
  erasures: ['erasures.list', 'erasures.listState', 'erasures.cameBack'],
  health: ['health.state'],
  accelerators: ['accelerators.incidents', 'accelerators.readingsToRepeat'],
};

export function invalidateTopics(queryClient: QueryClient, topics: readonly Topic[]) {
  const names = new Set<unknown>(topics.flatMap((changed) => dependents[changed]));
  names.add('audit.list');
  return queryClient.invalidateQueries({ predicate: (query) => names.has(query.queryKey[0]) });
}

/** Fetches again what the station says has changed, and everything after a reconnection. */
export function useFreshness(station: StationConnection): void {
  const queryClient = useQueryClient();
  useEffect(() => {
    const stops = [
      station.subscribe('changes', ({ topics }) => void invalidateTopics(queryClient, topics)),
      station.subscribe('accelerators.changes', (overview) =>
        queryClient.setQueryData(['accelerators.overview', {}], overview),
      ),
      station.onStatusChange(() => {
        if (station.status() === 'connected') void queryClient.invalidateQueries();
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [station, queryClient]);
}
