import { z } from 'zod';
import { id, instant, lines, revision, text } from './primitives.ts';

/** The fields that a wording is offered beside. */
export const templatePlace = z.enum(['review', 'question', 'opinion', 'follow-up', 'histology']);
export type TemplatePlace = z.infer<typeof templatePlace>;

/** As many as a clinic keeps. */
export const mostTemplates = 200;
export const longestTemplateName = 60;
export const longestTemplate = 2000;

/** A clinic's own wording for a note; what stands in braces is filled in where it is inserted. */
export const textTemplateDetails = z.object({
  name: text.min(1, 'must not be empty').max(longestTemplateName),
  text: lines.min(1, 'must not be empty').max(longestTemplate),
  places: z
    .array(templatePlace)
    .min(1, 'must not be empty')
    .max(templatePlace.options.length)
    .overwrite((chosen) => templatePlace.options.filter((place) => chosen.includes(place))),
});
export type TextTemplateDetails = z.infer<typeof textTemplateDetails>;

export const textTemplate = textTemplateDetails.extend({
  id,
  revision,
  removedAt: instant.nullable(),
});
export type TextTemplate = z.infer<typeof textTemplate>;
