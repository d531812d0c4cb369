import { expect, test } from 'vitest';
import { nodeComplaint } from '../../build/node-version.mjs';

test.each(['18.20.4', '20.20.2', '22.17.1'])(
  'Node %s is told in one sentence to be too old',
  (version) => {
    const complaint = nodeComplaint(version) ?? '';
    expect(complaint).toMatch(/^Dermaspike needs Node \d+\.\d+ or newer, and this is Node .*\.$/);
    expect(complaint).toContain(`this is Node ${version}`);
    expect(complaint.split('\n')).toHaveLength(1);
  },
);

test.each(['22.18.0', '24.0.0', process.versions.node])('Node %s will do', (version) => {
  expect(nodeComplaint(version)).toBeUndefined();
});
