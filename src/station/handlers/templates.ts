import type { TextTemplate } from '../../clinic/entities/index.ts';
import type { Handlers } from '../../processes/channel.ts';
import type { ClinicStore } from '../../store/index.ts';
import type { templateProcedures } from '../contract/templates.ts';
import { changeRecord, type StationContext } from './context.ts';

export function templateHandlers(context: StationContext): Handlers<typeof templateProcedures> {
  const change = (act: string, work: (templates: ClinicStore['textTemplates']) => TextTemplate) =>
    changeRecord(
      context,
      { action: `template.${act}`, topics: ['templates'] },
      ({ textTemplates }) => work(textTemplates),
    );
  return {
    'templates.list': () => context.session.store.textTemplates.list(),
    'templates.add': ({ details }) => change('add', (templates) => templates.add(details)),
    'templates.update': ({ templateId, revision, details }) =>
      change('update', (templates) => templates.update(templateId, revision, details)),
    'templates.move': ({ templateId, to }) =>
      change('move', (templates) => templates.move(templateId, to)),
    'templates.remove': ({ templateId }) =>
      change('remove', (templates) => templates.remove(templateId)),
    'templates.restore': ({ templateId }) =>
      change('restore', (templates) => templates.restore(templateId)),
  };
}
