import { expect, test } from 'vitest';
import { StationConnection } from '../../renderer/src/station/connection.ts';
import type { Transport } from '../../renderer/src/station/transport.ts';
import { type Link, linkedPair } from '../../src/processes/link.ts';

/** Links to a station; each end that it has is kept. */
function stations(): { transport: Transport; ends: Link[] } {
  const ends: Link[] = [];
  const open = async () => {
    const [near, far] = linkedPair();
    ends.push(far);
    return near;
  };
  return { transport: { open }, ends };
}

test('a call that was lost with its link is made again over the next one, once there is one', async () => {
  const { transport, ends } = stations();
  const connection = new StationConnection(transport);
  await connection.whenConnected();
  const heard = new Promise<void>((resolve) =>
    ends[0]?.onMessage((message) => {
      if ((message as { type?: string }).type === 'call') resolve();
    }),
  );
  const again = connection.call('session.state', {}).catch(async (error: { code: string }) => {
    expect(error.code).toBe('link-closed');
    await connection.whenConnected();
    expect(ends).toHaveLength(2);
    ends[1]?.onMessage((message) => {
      const { type, id } = message as { type: string; id: number };
      if (type === 'call') ends[1]?.send({ type: 'error', id, error: { code: 'x', message: 'y' } });
    });
    return connection.call('session.state', {});
  });
  await heard;
  ends[0]?.close();
  // The next station answered it.
  await expect(again).rejects.toMatchObject({ code: 'x' });
});
