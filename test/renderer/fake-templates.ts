import type { TextTemplate, TextTemplateDetails } from '../../src/clinic/entities/index.ts';
import type { Handlers } from '../../src/processes/channel.ts';
import type { StationContract } from '../../src/station/contract/index.ts';
import type { Clinic } from './fake-clinic.ts';
import { fail } from './fake-errors.ts';
import { fakeId } from './fake-records.ts';

export const makeTemplate = (details: TextTemplateDetails): TextTemplate => ({
  ...details,
  ...{ id: fakeId(), revision: 1, removedAt: null },
});

export function fakeTemplates(
  clinic: Clinic,
  changed: (...topics: string[]) => void,
): Pick<
  Handlers<StationContract>,
  | 'templates.list'
  | 'templates.add'
  | 'templates.update'
  | 'templates.move'
  | 'templates.remove'
  | 'templates.restore'
> {
  const find = (id: string): TextTemplate =>
    clinic.templates.find((each) => each.id === id) ??
    fail('not-found', 'This template is not in the clinic’s database.');
  const change = (id: string, made: Partial<TextTemplate>) => {
    const template = Object.assign(find(id), made);
    changed('templates');
    return template;
  };
  const assertFree = ({ name, places }: TextTemplateDetails, exceptId?: string) => {
    const isTaken = clinic.templates.some(
      (each) =>
        each.id !== exceptId &&
        each.removedAt === null &&
        each.name.toLowerCase() === name.toLowerCase() &&
        each.places.some((place) => places.includes(place)),
    );
    if (isTaken)
      fail(
        'duplicate-template',
        `Another template called “${name}” is offered in the same place. Choose another name, or other places.`,
      );
  };
  return {
    'templates.list': () => clinic.templates.filter(({ removedAt }) => removedAt === null),
    'templates.add': ({ details }) => {
      assertFree(details);
      const added = makeTemplate(details);
      clinic.templates.push(added);
      changed('templates');
      return added;
    },
    'templates.update': ({ templateId, revision, details }) => {
      assertFree(details, templateId);
      return change(templateId, { ...details, revision: revision + 1 });
    },
    'templates.move': ({ templateId, to }) => {
      const moved = find(templateId);
      clinic.templates.splice(clinic.templates.indexOf(moved), 1);
      clinic.templates.splice(to, 0, moved);
      changed('templates');
      return moved;
    },
    'templates.remove': ({ templateId }) =>
      change(templateId, { removedAt: new Date().toISOString() }),
    'templates.restore': ({ templateId }) => change(templateId, { removedAt: null }),
  };
}
