import { z } from 'zod';

/**
 * What a schema describes at a path: names of fields, `*` of a record's, through lists, alternatives and what
 * may be missing.
 */
export function fieldOf(schema: z.ZodType, path: string): z.ZodType {
  const [found] = path
    .split('.')
    .reduce<z.ZodType[]>(
      (types, name) =>
        types.flatMap(shapesOf).flatMap(({ [name]: field }) => (field ? [field] : [])),
      [schema],
    );
  if (!found) throw new Error(`There is no ${path}.`);
  return found;
}

function shapesOf(type: z.ZodType): Readonly<Record<string, z.ZodType>>[] {
  if (type instanceof z.ZodObject) return [type.shape];
  if (type instanceof z.ZodArray) return shapesOf(type.element as z.ZodType);
  if (type instanceof z.ZodRecord) return [{ '*': type.valueType as z.ZodType }];
  if (
    type instanceof z.ZodNullable ||
    type instanceof z.ZodOptional ||
    type instanceof z.ZodDefault
  )
    return shapesOf(type.unwrap() as z.ZodType);
  if (type instanceof z.ZodUnion)
    return type.options.flatMap((option) => shapesOf(option as z.ZodType));
  return [];
}

/** Whether values of these sizes are taken. */
export const taken = (
  type: z.ZodType,
  of: (size: number) => unknown,
  sizes: readonly number[],
): boolean[] => sizes.map((size) => type.safeParse(of(size)).success);

/** Whether lists of so many are, whatever is in them. */
export const takenLists = (type: z.ZodType, sizes: readonly number[]): boolean[] =>
  sizes.map((size) => {
    const issues = type.safeParse(Array(size).fill(undefined)).error?.issues ?? [];
    return issues.every(({ path }) => path.length > 0);
  });
