import { expect, test } from 'vitest';
import { mostTemplates, textTemplateDetails } from '../../src/clinic/entities/index.ts';
import { Connection } from '../../src/store/connection.ts';
import { unlockClinic } from '../../src/store/index.ts';
import {
  closing,
  dataKeyOf,
  expectRefusal,
  kdf,
  newClinic,
  passphrase,
  userName,
} from './harness.ts';

const said = (given: object = {}) =>
  textTemplateDetails.parse({
    name: 'Unchanged',
    text: 'As before.',
    places: ['review'],
    ...given,
  });

async function clinicTemplates() {
  const { folder, store } = await newClinic();
  const templates = store.textTemplates;
  const names = () => templates.list().map(({ name }) => name);
  return { folder, store, templates, names };
}

test('templates are kept in their order, and moved in it', async () => {
  const { templates, names } = await clinicTemplates();
  const [a, b, c] = ['A', 'B', 'C'].map((name) => templates.add(said({ name })));
  if (!a || !b || !c) throw new Error('not added');
  templates.move(c.id, 0);
  expect(names()).toEqual(['C', 'A', 'B']);
  templates.move(c.id, mostTemplates);
  expect(names()).toEqual(['A', 'B', 'C']);
  templates.remove(b.id);
  expect(names()).toEqual(['A', 'C']);
  templates.move(c.id, 0);
  templates.add(said({ name: 'D' }));
  expect(names()).toEqual(['C', 'A', 'D']);
});

test('a removed one comes back where it was, and is not edited or moved before', async () => {
  const { templates, names } = await clinicTemplates();
  const first = templates.add(said({ name: 'First' }));
  templates.add(said({ name: 'Second' }));
  expect(templates.remove(first.id).removedAt).not.toBeNull();
  await expectRefusal('changed-meanwhile', () => templates.update(first.id, 1, said()));
  await expectRefusal('changed-meanwhile', () => templates.move(first.id, 1));
  expect(templates.restore(first.id)).toMatchObject({ name: 'First', removedAt: null });
  templates.restore(first.id);
  expect(names()).toEqual(['First', 'Second']);
});

test('a name is taken but once in a place, whatever its capitals', async () => {
  const { templates } = await clinicTemplates();
  const first = templates.add(said({ name: 'Clear margins', places: ['histology', 'review'] }));
  await expectRefusal('duplicate-template', () =>
    templates.add(said({ name: ' CLEAR  margins ', places: ['review', 'question'] })),
  );
  const other = templates.add(said({ name: 'Clear margins', places: ['question'] }));
  await expectRefusal('duplicate-template', () =>
    templates.update(other.id, 1, said({ name: 'clear margins', places: ['histology'] })),
  );
  // Its own name is no other's.
  expect(templates.update(first.id, 1, said({ name: 'clear margins' }))).toMatchObject({
    ...{ name: 'clear margins', places: ['review'], revision: 2 },
  });
  templates.remove(first.id);
  templates.add(said({ name: 'Clear Margins' }));
  await expectRefusal('duplicate-template', () => templates.restore(first.id));
  expect(() => templates.restore(first.id)).toThrow(/“Clear Margins” is offered/);
});

test('an edit that began from an older one is refused', async () => {
  const { templates } = await clinicTemplates();
  const { id } = templates.add(said());
  templates.update(id, 1, said({ text: 'As three months ago.' }));
  await expectRefusal('changed-meanwhile', () => templates.update(id, 1, said({ text: 'Lost?' })));
  expect(templates.get(id).text).toBe('As three months ago.');
  await expectRefusal('not-found', () => templates.get(`${id.slice(0, -1)}x`));
});

test('there are no more than the clinic can keep, and a removed one makes room', async () => {
  const { store, templates } = await clinicTemplates();
  const all = store.transaction(() =>
    Array.from({ length: mostTemplates }, (_, at) => templates.add(said({ name: `No. ${at}` }))),
  );
  expect(() => templates.add(said({ name: 'One more' }))).toThrow(/“One more” was not added/);
  const [first] = all;
  if (!first) throw new Error('none was added');
  templates.remove(first.id);
  templates.add(said({ name: 'One more' }));
  await expectRefusal('too-many-templates', () => templates.restore(first.id));
});

test('the audit log vouches for them: a wording that is changed behind it is found', async () => {
  const { folder, store, templates } = await clinicTemplates();
  const [user] = store.accounts.list();
  if (!user) throw new Error('no user');
  const { id } = store.transaction(() => {
    const added = templates.add(said());
    const subject = `template:${added.id}`;
    store.audit.append({ userId: user.id, action: 'template.add', subject });
    return added;
  });
  expect((await store.checkAudit()).intact).toBe(true);
  const key = await dataKeyOf(folder);
  store.close();
  const connection = Connection.open(`${folder}/clinic.db`, key);
  connection.allowWriting();
  connection.run("UPDATE text_template SET text = 'Excise at once.' WHERE id = :id", { id });
  connection.close();
  const opened = closing(await unlockClinic(folder, { userName, passphrase, kdf }));
  const { problems } = await opened.store.checkAudit();
  expect(problems).toContainEqual(expect.objectContaining({ subject: `text_template:${id}` }));
});

test.each([
  ['no name', { name: ' \t' }],
  ['a name that is too long', { name: 'x'.repeat(61) }],
  ['no text', { text: '\n' }],
  ['a text that is too long', { text: 'x'.repeat(2001) }],
  ['no place', { places: [] }],
  ['a place that there is not', { places: ['billing'] }],
])('%s is refused', (_, given) => {
  expect(() => said(given)).toThrow();
});

test('a place that is named twice counts once', () => {
  expect(said({ places: ['review', 'question', 'review'] }).places).toEqual(['review', 'question']);
});
