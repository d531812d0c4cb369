import { SnnError } from '../errors.ts';
import { type Field, type WireReader, type WireType, wrongType } from './wire.ts';

/** How one field of a message becomes a property. */
export interface Property<T> {
  /** The field's number in onnx.proto3. */
  readonly number: number;
  /** The property of a message without the field. */
  readonly initial: () => T;
  /** The property after one more occurrence of the field. */
  readonly read: (before: T, reader: WireReader, field: Field) => T;
}

/** Reads one message from its reader's position to its end. */
export type Decoder<T> = (reader: WireReader) => T;

/** A decoder of messages; fields that the schema does not name are passed over. */
export function decoder<T extends object>(
  schema: {
    readonly [K in keyof T]: Property<T[K]>;
  },
): Decoder<T> {
  const properties = Object.entries(schema) as [keyof T, Property<T[keyof T]>][];
  const byNumber: ([keyof T, Property<T[keyof T]>] | undefined)[] = [];
  for (const each of properties) byNumber[each[1].number] = each;
  return (reader) => {
    const message = {} as T;
    for (const [key, { initial }] of properties) message[key] = initial();
    while (!reader.done) {
      const field = reader.field();
      const [key, property] = byNumber[field.number] ?? [];
      if (key === undefined || property === undefined) reader.skip(field);
      else message[key] = property.read(message[key], reader, field);
    }
    return message;
  };
}

/** The last occurrence of a field of this wire type. */
function last<T>(wireType: WireType, initial: T, read: (reader: WireReader) => T) {
  return (number: number): Property<T> => ({
    number,
    initial: () => initial,
    read: (_, reader, field) => {
      if (field.wireType !== wireType) throw wrongType(field, wireType);
      return read(reader);
    },
  });
}

export const integer = last(0, 0, (reader) => reader.integer());
export const maybeInteger = last<number | undefined>(0, undefined, (reader) => reader.integer());
export const float32 = last(5, 0, (reader) => reader.float32());
export const text = last(2, '', (reader) => reader.text());
export const bytes = last<Uint8Array | undefined>(2, undefined, (reader) => reader.bytes());

/** A message inside the message; undefined where there is none. */
export function message<T>(number: number, decode: Decoder<T>): Property<T | undefined> {
  return last<T | undefined>(2, undefined, (reader) => decode(reader.message()))(number);
}

/** All occurrences of a length-delimited field. */
function every<T>(number: number, read: (reader: WireReader) => T): Property<T[]> {
  const one = last<T | undefined>(2, undefined, read)(number);
  return {
    number,
    initial: () => [],
    read: (all, reader, field) => {
      all.push(one.read(undefined, reader, field) as T);
      return all;
    },
  };
}

export function texts(number: number): Property<string[]> {
  return every(number, (reader) => reader.text());
}

export function messages<T>(number: number, decode: Decoder<T>): Property<T[]> {
  return every(number, (reader) => decode(reader.message()));
}

/** All numbers of a repeated field, packed into one occurrence or not. */
function numbers(wireType: WireType, read: (reader: WireReader) => number) {
  return (number: number): Property<number[]> => ({
    number,
    initial: () => [],
    read: (all, reader, field) => {
      if (field.wireType === wireType) all.push(read(reader));
      else if (field.wireType !== 2) throw wrongType(field, 2);
      else for (const packed = reader.message(); !packed.done; ) all.push(read(packed));
      return all;
    },
  });
}

export const integers = numbers(0, (reader) => reader.integer());
export const float32s = numbers(5, (reader) => reader.float32());

/** Whether the field occurs. */
export function presence(number: number): Property<boolean> {
  return {
    number,
    initial: () => false,
    read: (_, reader, field) => {
      reader.skip(field);
      return true;
    },
  };
}

/** A field that would change the meaning of the file: its occurrence is an error. */
export function refused(number: number, what: string): Property<undefined> {
  return {
    number,
    initial: () => undefined,
    read: () => {
      throw unsupported(what);
    },
  };
}

/** For what is valid ONNX but not for this program. */
export function unsupported(what: string): SnnError {
  return new SnnError('operator-unsupported', `The ONNX file uses ${what}, which is not supported`);
}
