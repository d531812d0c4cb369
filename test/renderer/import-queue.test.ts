import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ImportQueue } from '../../renderer/src/imports/queue.ts';
import type { StationConnection } from '../../renderer/src/station/connection.ts';
import { maxFileBytes } from '../../src/clinic/entities/index.ts';
import { RemoteError } from '../../src/processes/contract.ts';

const target = { patientId: 'p', lesionId: 'l', lesionText: 'A' };
const files = (...names: string[]) => names.map((name) => new File(['x'], name));

/** A connection whose answers the test gives. */
function fakeConnection() {
  const calls: { fileName: string; resolve(): void; reject(code: string): void }[] = [];
  const listeners = new Set<() => void>();
  let status = 'connected';
  const connection = {
    status: () => status,
    onStatusChange: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    subscribe: () => () => {},
    call: (_name: string, { fileName }: { fileName: string }) =>
      new Promise((resolve, reject) => {
        calls.push({
          fileName,
          resolve: () => resolve({ outcome: 'imported' }),
          reject: (code) => reject(new RemoteError({ code, message: `${fileName}: ${code}` })),
        });
      }),
  };
  return {
    calls,
    connection: connection as unknown as StationConnection,
    setStatus(next: string) {
      status = next;
      for (const listener of listeners) listener();
    },
  };
}

describe('the import queue', () => {
  let queue: ImportQueue;
  let detach: () => void;
  let station: ReturnType<typeof fakeConnection>;
  const steps = () => queue.items().map(({ state }) => state.step);
  beforeEach(() => {
    queue = new ImportQueue();
    station = fakeConnection();
    detach = queue.attach(station.connection, 'clinic');
  });

  test('sends two files at a time', async () => {
    queue.add(files('1.jpg', '2.jpg', '3.jpg'), target);
    await vi.waitFor(() => expect(station.calls.length).toBe(2));
    expect(steps()).toEqual(['running', 'running', 'waiting']);
    station.calls[0]?.resolve();
    await vi.waitFor(() => expect(station.calls.length).toBe(3));
    expect(steps()).toEqual(['done', 'running', 'running']);
  });

  test('says of a file above the limit that it is too large, and sends nothing of it', async () => {
    const file = new File(['x'], 'scan.tif');
    Object.defineProperty(file, 'size', { value: maxFileBytes + 1 });
    queue.add([file], target);
    await vi.waitFor(() => expect(steps()).toEqual(['failed']));
    expect(queue.items()[0]?.state).toMatchObject({
      message: expect.stringMatching(/too large: more than 128 MiB/),
    });
    expect(station.calls).toEqual([]);
  });

  test('goes on with the next file when one fails, and retries that one on request', async () => {
    queue.add(files('bad.jpg', '2.jpg', '3.jpg'), target);
    await vi.waitFor(() => expect(station.calls.length).toBe(2));
    station.calls[0]?.reject('not-an-image');
    await vi.waitFor(() => expect(station.calls.length).toBe(3));
    const [bad] = queue.items();
    expect(bad?.state).toEqual({ step: 'failed', message: 'bad.jpg: not-an-image' });
    station.calls[1]?.resolve();
    queue.retry(bad?.id ?? '');
    await vi.waitFor(() => expect(station.calls.at(-1)?.fileName).toBe('bad.jpg'));
  });

  test('waits out a lost connection and sends the interrupted file again', async () => {
    queue.add(files('1.jpg'), target);
    await vi.waitFor(() => expect(station.calls.length).toBe(1));
    station.setStatus('reconnecting');
    station.calls[0]?.reject('link-closed');
    await vi.waitFor(() => expect(steps()).toEqual(['waiting']));
    station.setStatus('connected');
    await vi.waitFor(() => expect(station.calls.length).toBe(2));
    station.calls[1]?.resolve();
    await vi.waitFor(() => expect(steps()).toEqual(['done']));
  });

  test('gives up a file over which the connection is lost three times', async () => {
    queue.add(files('1.jpg'), target);
    for (let time = 1; time <= 3; time++) {
      await vi.waitFor(() => expect(station.calls.length).toBe(time));
      station.calls[time - 1]?.reject('link-closed');
    }
    await vi.waitFor(() => expect(steps()).toEqual(['failed']));
  });

  test('gives up such a file also when the screen is blanked each time, before it hears of the loss', async () => {
    queue.add(files('1.jpg'), target);
    for (let time = 1; time <= 3; time++) {
      await vi.waitFor(() => expect(station.calls.length).toBe(time));
      detach();
      station.calls[time - 1]?.reject('link-closed');
      await vi.waitFor(() => expect(queue.items()[0]?.interruptions).toBe(time));
      detach = queue.attach(station.connection, 'clinic');
    }
    await vi.waitFor(() => expect(steps()).toEqual(['failed']));
    expect(station.calls.length).toBe(3);
  });

  test('waits while the clinic is locked, and goes on once the same clinic is unlocked', async () => {
    queue.add(files('1.jpg', '2.jpg', '3.jpg'), target);
    await vi.waitFor(() => expect(station.calls.length).toBe(2));
    station.calls[0]?.resolve();
    await vi.waitFor(() => expect(station.calls.length).toBe(3));
    detach();
    expect(steps()).toEqual(['done', 'waiting', 'waiting']);
    expect(queue.waitingCount()).toBe(2);
    queue.attach(station.connection, 'clinic');
    await vi.waitFor(() => expect(station.calls.length).toBe(5));
  });

  test('forgets the files of one clinic when another is unlocked', async () => {
    queue.add(files('1.jpg', '2.jpg', '3.jpg'), target);
    await vi.waitFor(() => expect(station.calls.length).toBe(2));
    detach();
    queue.attach(station.connection, 'demo');
    expect(queue.items()).toEqual([]);
    expect(station.calls.length).toBe(2);
  });

  test('does not hold against a file that the clinic was locked while it was sent', async () => {
    queue.add(files('1.jpg'), target);
    await vi.waitFor(() => expect(station.calls.length).toBe(1));
    station.calls[0]?.reject('locked');
    await vi.waitFor(() => expect(steps()).toEqual(['waiting']));
    expect(station.calls.length).toBe(1);
  });

  test('names a file that cannot be read any more, without asking the station', async () => {
    const gone = new File(['x'], 'gone.jpg');
    gone.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotReadableError'));
    queue.add([gone], target);
    await vi.waitFor(() => expect(steps()).toEqual(['failed']));
    expect(station.calls).toEqual([]);
  });
});
