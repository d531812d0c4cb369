import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClinic } from '../../e2e/steps.ts';
import { lacks } from '../../requirements.ts';
import { type Desktop, openDesktop, Person } from '../desktop.ts';

const suite = 'the network, seen from below a real Electron';
const reachOut = readFileSync(path.join(import.meta.dirname, '../inside/reach-out.js'), 'utf8');

describe.skipIf(lacks('desktop', suite))(suite, () => {
  let person: Person;
  let desktop: Desktop;
  let traceFile: string;
  beforeAll(async () => {
    person = new Person();
    traceFile = path.join(person.folder, 'trace');
    desktop = await openDesktop(person, { env: { DERMASPIKE_TRACE: traceFile } });
    await createClinic(desktop.page);
  });
  afterAll(async () => {
    await desktop?.quit();
    person?.leave();
  });

  /** The calls of all processes so far that match. */
  const calls = (pattern: RegExp) =>
    readFileSync(traceFile, 'utf8')
      .split('\n')
      .filter((line) => pattern.test(line));
  /** Those that concern the internet protocol. */
  const internet = /sa_family=AF_INET6?,|<(TCP|UDP)v?6?:/;

  test('a page’s script reaches no other machine by any means, WebRTC among them', async ({
    task,
  }) => {
    expect(await desktop.page.evaluate(reachOut)).toEqual({ opened: [], candidates: [] });
    const local = /"(127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1?|::ffff:127[.\d]+)"|(->|\[)\[?(127\.|::1)/;
    // Chromium asks the system by which of its addresses it would go out. That sends nothing.
    const route = /connect\(\d+<UDP.*htons\(53\)/;
    const distant = calls(internet).filter((line) => !local.test(line) && !route.test(line));
    expect(distant).toEqual([]);
    task.meta.detail = `${calls(internet).length} socket calls, none with another machine`;
  });

  test('no process asks anybody for a name', () => {
    // That the trace sees the processes: it has the port at which the test itself looks into them.
    expect(calls(/inet_addr\("127\.0\.0\.1"\)/)).not.toEqual([]);
    expect(calls(/send.*(:53\b|:5353|htons\((53|5353|853)\))/)).toEqual([]);
    expect(calls(/systemd\/resolve|avahi/)).toEqual([]);
  });
});
