import { describe, expect, test } from 'vitest';
import { evaluate } from '../../../../src/snn/learning/evaluate/evaluate.ts';
import type { EvaluationExample } from '../../../../src/snn/learning/evaluate/guards.ts';
import type { Change } from '../../../../src/snn/learning/plan.ts';
import { examplesOf, foundation } from '../foundation.ts';

const scar: Change = { kind: 'add', code: 'scar', name: 'Scar', gravity: 'benign', parent: null };

function shown(code: string, kind: number, images: number): EvaluationExample[] {
  return examplesOf(code, kind, images).map((example, index) => ({
    ...example,
    patient: `patient ${index >> 1}`,
    camera: index % 2 === 0 ? 'one' : 'other',
    day: `2026-01-${String(1 + (index >> 1)).padStart(2, '0')}`,
  }));
}

const scars = shown('scar', 3, 40);

function report(examples: readonly EvaluationExample[], changes: readonly Change[] = [scar]) {
  return evaluate(foundation, { name: 'candidate', learner: 'analytic', changes, examples }).report;
}

describe('the evaluation of a head', () => {
  test('finds a class that stands out, with intervals around its figures', () => {
    const [added] = report(scars).added;
    expect(added).toMatchObject({ code: 'scar', images: 40, lesions: 20 });
    for (const figure of [added?.sensitivity, added?.specificity, added?.auroc]) {
      expect(figure?.value).toBeGreaterThan(0.9);
      expect(figure?.low).toBeLessThanOrEqual(figure?.value ?? 0);
      expect(figure?.high).toBeGreaterThanOrEqual(figure?.value ?? 1);
    }
  });

  test('finds nothing in a class whose images are another’s, however often each was learned', () => {
    const [added] = report(shown('scar', 2, 40)).added;
    expect(added?.nearest?.code).toBe('nv');
    expect(added?.nearest?.auroc?.low).toBeLessThan(0.6);
  });

  test('is the same whatever the order of the examples', () => {
    expect(report(scars.toReversed())).toEqual(report(scars));
  });

  test('shows each shipped class before and after, and its fall beyond the limit', () => {
    const { known, guards } = report([...shown('scar', 2, 60), ...shown('nv', 2, 40)]);
    const naevus = known.find(({ code }) => code === 'nv');
    expect(naevus?.examples).toBe(40);
    expect(naevus?.difference?.value).toBeLessThan(-0.02);
    expect(naevus?.isBeyondLimit).toBe(true);
    expect(guards).toContainEqual(expect.objectContaining({ kind: 'fall', code: 'nv' }));
  });

  test('counts a class’s kinds for it', () => {
    const spitz: Change = { ...scar, code: 'spitz', name: 'Spitz', parent: 'nv' };
    const { known, confusion } = report(shown('spitz', 4, 40), [spitz]);
    expect(known.map(({ difference }) => difference?.value)).toEqual([0, 0, 0]);
    expect(confusion.columns).toEqual(['bkl', 'mel', 'nv', 'spitz']);
    for (const row of confusion.after) {
      expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    }
  });

  test('has a learning curve up to all lesions that a fold leaves', () => {
    const [added] = report(shown('scar', 3, 80)).added;
    expect(added?.curve.map(({ lesions }) => lesions)).toEqual([5, 15, 32]);
    expect(added?.curve.at(-1)?.sensitivity).toBe(added?.sensitivity?.value);
  });

  test('is refused for a class of a single lesion', () => {
    expect(() => report(scars.slice(0, 2))).toThrow(/single lesion/);
  });
});

describe('the evaluation warns of', () => {
  const kinds = (examples: readonly EvaluationExample[]) =>
    report(examples).guards.map((guard) => guard.kind);

  test('nothing where there are enough different examples', () => {
    expect(kinds(scars)).not.toContain('few-lesions');
    expect(kinds(scars)).not.toContain('dominated');
    expect(kinds(scars)).not.toContain('conflict');
  });

  test('few lesions', () => {
    expect(report(scars.slice(0, 10)).guards).toContainEqual({
      kind: 'few-lesions',
      code: 'scar',
      lesions: 5,
      least: 15,
    });
  });

  test('one patient, and one day', () => {
    const one = scars.map((example) => ({ ...example, patient: 'x', day: '2026-02-01' }));
    expect(report(one).guards).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ kind: 'dominated', by: 'patient', share: 1 }),
        expect.objectContaining({ kind: 'dominated', by: 'day', share: 1 }),
      ]),
    );
  });

  test('a camera that the counts tell, with how well they do', () => {
    const mine = scars.map((example) => ({ ...example, camera: 'mine' }));
    const others = shown('nv', 2, 40).map((example) => ({ ...example, camera: 'theirs' }));
    const camera = report([...mine, ...others]).guards.find(
      (guard) => guard.kind === 'dominated' && guard.by === 'camera',
    );
    expect(camera).toMatchObject({ code: 'scar', share: 1 });
    expect(camera?.kind === 'dominated' ? camera.auroc : null).toBeGreaterThan(0.95);
  });

  test('a lesion that is said to be two things', () => {
    const [first] = scars;
    const doubted = shown('nv', 2, 4).map((example) => ({
      ...example,
      lesion: first?.lesion ?? '',
    }));
    expect(kinds([...scars, ...doubted])).toContain('conflict');
  });

  test('one picture in two lesions', () => {
    const [first] = scars;
    const copy = {
      ...(first as EvaluationExample),
      id: 'copy',
      lesion: 'another',
      counts: (first?.counts ?? new Int32Array()).map((count, at) => count + (at === 0 ? 1 : 0)),
    };
    expect(report([...scars, copy]).guards).toContainEqual({
      kind: 'near-duplicates',
      images: expect.arrayContaining([expect.arrayContaining([first?.id, 'copy'])]),
    });
  });

  test('examples that are unlike all images of the training', () => {
    const odd = scars.map((example, index) => ({
      ...example,
      unfamiliarity: index < 3 ? 100 : 1,
    }));
    expect(report(odd).guards).toContainEqual({
      kind: 'unfamiliar',
      code: 'scar',
      images: scars.slice(0, 3).map(({ id }) => id),
    });
  });
});
