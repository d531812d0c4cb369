import { expect, test } from 'vitest';
import { worklistView } from '../../src/clinic/entities/index.ts';
import { unlockClinic } from '../../src/store/index.ts';
import { closing, newClinic, passphrase, userName } from './harness.ts';

test('each person’s views of a list are kept: as it was left, and under names', async () => {
  const { folder, store, user } = await newClinic();
  const other = await store.accounts.add({ name: 'Other', role: 'clinician', passphrase });
  const owner = { userId: user.id, list: 'worklist' as const };
  expect(store.listViews.list(owner)).toEqual({ left: null, saved: [] });
  const view = worklistView.parse({ verdicts: ['suspicious'], sites: ['face'] });
  store.listViews.keep(user.id, '', { list: 'worklist', view });
  store.listViews.keep(user.id, 'Faces', { list: 'worklist', view });
  store.listViews.keep(user.id, '', { list: 'worklist', view: worklistView.parse({}) });
  store.close();
  const opened = closing(await unlockClinic(folder, { userName, passphrase }));
  expect(opened.store.listViews.list(owner)).toEqual({
    left: { name: '', list: 'worklist', view: worklistView.parse({}) },
    saved: [{ name: 'Faces', list: 'worklist', view }],
  });
  expect(opened.store.listViews.list({ ...owner, userId: other.id }).saved).toEqual([]);
  expect(opened.store.listViews.list({ ...owner, list: 'patients' }).left).toBeNull();
  opened.store.listViews.drop(owner, 'Faces');
  expect(opened.store.listViews.list(owner).saved).toEqual([]);
});
