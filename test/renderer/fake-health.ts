import type { Handlers } from '../../src/processes/channel.ts';
import type { HealthState, StationContract } from '../../src/station/contract/index.ts';

/** A check that takes as long as a person needs to see it; `damaged` has it find something. */
export class FakeHealth {
  state: HealthState = { last: null, running: null };
  damaged = false;

  handlers(
    changed: (...topics: string[]) => void,
  ): Pick<Handlers<StationContract>, 'health.state' | 'health.check' | 'health.progress'> {
    return {
      'health.state': () => this.state,
      'health.check': async () => {
        this.state = { ...this.state, running: { share: 0.1 } };
        changed('health');
        await new Promise((resolve) => setTimeout(resolve, 400));
        const problems = this.damaged
          ? [
              'image_original: page 1402 is damaged',
              'rows of lesion that cannot be found by lesion_by_patient: 3',
            ]
          : [];
        const at = new Date().toISOString();
        this.state = { last: { at, problems: problems.length }, running: null };
        changed('health');
        return {
          ok: !this.damaged,
          pages: 18_204,
          rows: 6_120,
          problems,
          problemsInAll: problems.length,
          audit: this.damaged
            ? null
            : {
                entries: 412,
                unsigned: 0,
                records: 903,
                intact: true,
                problems: [],
                problemsInAll: 0,
              },
        };
      },
      'health.progress': (_, emit) => {
        emit({ share: 0.45 });
        return () => {};
      },
    };
  }
}
