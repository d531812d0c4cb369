import type { StationInput } from '../../renderer/src/station/connection.ts';
import { type Checklist, checklistDetails } from '../../src/clinic/entities/index.ts';
import { fakeId } from './fake-records.ts';

export function fakeChecklists(changed: (topic: string) => void) {
  const all: Checklist[] = [];
  return {
    'checklists.ofImage': ({ imageId }: StationInput<'checklists.ofImage'>) =>
      all.filter((each) => each.imageId === imageId),
    'checklists.save': ({ imageId, details }: StationInput<'checklists.save'>) => {
      const saved = {
        id: fakeId(),
        imageId,
        details: checklistDetails.parse(details),
        readerName: 'Dr Edda Winter',
        createdAt: new Date().toISOString(),
      };
      all.unshift(saved);
      changed('reviews');
      return saved;
    },
  };
}
