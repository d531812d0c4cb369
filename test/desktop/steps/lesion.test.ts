import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  compareVisits,
  decide,
  drawVisits,
  enterFinding,
  explainNewest,
  importVisits,
  measureNewest,
  recall,
  report,
} from '../../e2e/lesion-story.ts';
import { createClinic, enrolPatient } from '../../e2e/steps.ts';
import { lacks } from '../../requirements.ts';
import { type Desktop, openDesktop, Person } from '../desktop.ts';

const suite = 'a lesion over three visits, in a real Electron';

describe.skipIf(lacks('desktop', suite))(suite, () => {
  let person: Person;
  let desktop: Desktop;
  beforeAll(async () => {
    person = new Person();
    desktop = await openDesktop(person);
    await createClinic(desktop.page);
    await enrolPatient(desktop.page);
  });
  afterAll(async () => {
    await desktop?.quit();
    person?.leave();
  });

  test('three visits are imported, in any order, and stand by their days of capture', async () => {
    await importVisits(desktop.page, await drawVisits(path.join(person.folder, 'visits')));
  });
  test('the first and the last are compared, and registered on a thread of its own', async () => {
    await compareVisits(desktop.page);
  });
  test('the newest is measured', async () => {
    await measureNewest(desktop.page);
  });
  test('the newest is explained over the picture', async () => {
    await explainNewest(desktop.page);
  });
  test('it is decided to see it again', async () => {
    await decide(desktop.page);
  });
  test('the patient is recalled', async () => {
    await recall(desktop.page);
  });
  test('a finding comes, and all of it is reported', async () => {
    await enterFinding(desktop.page);
    await report(desktop.page);
    expect(desktop.pageErrors).toEqual([]);
  });
});
