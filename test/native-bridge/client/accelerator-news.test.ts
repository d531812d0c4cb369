import { expect, test } from 'vitest';
import { AcceleratorNews } from '../../../native-bridge/client/accelerator-news.ts';
import { overview, status } from './fake-bridge.ts';

/** News of an accelerator that was ready, and the states that are told from then on. */
function newsOfReady() {
  const news = new AcceleratorNews();
  news.report(overview);
  const states: (string | undefined)[] = [];
  news.onOverview(({ accelerators: [first] }) => states.push(first?.state));
  return { news, states };
}

test('a bridge that answers again is what it was before it fell silent', () => {
  const { news, states } = newsOfReady();
  news.silent();
  expect(news.overview.accelerators).toEqual([
    { ...status, state: 'starting', detail: 'The device bridge does not answer just now.' },
  ]);
  news.recovered();
  expect(news.overview).toEqual(overview);
  expect(states).toEqual(['starting', 'ready']);
});

test('what a bridge has reported itself since it fell silent is not taken back', () => {
  const { news, states } = newsOfReady();
  news.silent();
  news.report({ ...overview, accelerators: [{ ...status, state: 'busy' }] });
  news.recovered();
  expect(states).toEqual(['starting', 'busy']);
});

test('where nothing was heard of any accelerator, the emulator is the one that is not well', () => {
  const news = new AcceleratorNews();
  news.reportUnwell('failed', 'It does not start.');
  expect(news.overview.accelerators).toMatchObject([
    { id: 'emulator', state: 'failed', detail: 'It does not start.' },
  ]);
});
