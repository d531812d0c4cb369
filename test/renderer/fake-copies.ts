import type { ClinicCopy } from '../../src/clinic/entities/index.ts';
import type { Handlers } from '../../src/processes/channel.ts';
import type { StationContract } from '../../src/station/contract/index.ts';

const copies: ClinicCopy[] = [
  {
    id: '01975f32-0000-7000-8000-000000000001',
    madeAt: '2026-10-02T07:40:00.000Z',
    why: 'update',
    program: '1.2.0',
    database: 24,
    sizeBytes: 3_214_000_000,
  },
  {
    id: '01975f32-0000-7000-8000-000000000002',
    madeAt: '2026-06-18T16:05:00.000Z',
    why: 'replaced',
    program: '1.1.4',
    database: 22,
    sizeBytes: 2_871_000_000,
  },
];

export function fakeCopies(): Pick<
  Handlers<StationContract>,
  'copies.list' | 'copies.setAside' | 'copies.progress' | 'copies.putBack'
> {
  return {
    'copies.list': () => copies,
    'copies.setAside': () => copies[0] ?? null,
    'copies.progress': () => () => {},
    'copies.putBack': () => ({}),
  };
}
