import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceErrorCodes, WireError } from '../../../native-bridge/wire/errors.ts';
import * as wire from '../../../native-bridge/wire/messages.ts';

const u8 = fc.nat({ max: 0xff });
const u16 = fc.nat({ max: 0xffff });
const u32 = fc.nat({ max: 0xffffffff });
/** All ones say "unknown". */
const known32 = fc.nat({ max: 0xfffffffe });
const text = fc
  .string({ maxLength: 60, unit: 'grapheme' })
  .filter((s) => Buffer.from(s).length < 256);
const sha256 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const telemetry = fc.record({
  state: fc.constantFrom(...wire.deviceStates),
  window: u16,
  temperatureCentiC: maybe(fc.integer({ min: -0x7fff, max: 0x7fff })),
  powerMw: maybe(known32),
  powerPeriodMs: u16,
  uptimeMs: u32,
  imagesDone: u32,
});

interface Case {
  readonly name: string;
  readonly message: wire.Message<unknown>;
  readonly values: fc.Arbitrary<unknown>;
}

const aCase = <T>(name: string, message: wire.Message<T>, values: fc.Arbitrary<T>): Case => ({
  name,
  message: message as wire.Message<unknown>,
  values,
});

const cases: readonly Case[] = [
  aCase('HELLO', wire.hello, fc.record({ lowestVersion: u8, highestVersion: u8 })),
  aCase(
    'HELLO’s answer',
    wire.helloAnswer,
    fc.record({
      version: u8,
      generation: fc.constantFrom(...wire.generations),
      window: u16,
      maxPayloadBytes: u32,
      maxBatch: u16,
      memoryKib: u32,
      vendor: text,
      product: text,
      serial: text,
      firmware: text,
    }),
  ),
  aCase('LOAD-BEGIN', wire.loadBegin, fc.record({ sha256, sizeBytes: u32, name: text })),
  aCase('LOAD-BEGIN’s answer', wire.loadOffer, fc.record({ transferId: u32, offset: u32 })),
  aCase(
    'LOAD-CHUNK',
    wire.loadChunk,
    fc.record({ transferId: u32, offset: u32, bytes: fc.uint8Array({ maxLength: 200 }) }),
  ),
  aCase('LOAD-CHUNK’s answer', wire.loadProgress, fc.record({ offset: u32 })),
  aCase('LOAD-COMMIT', wire.loadCommit, fc.record({ sha256 })),
  aCase(
    'LOAD-COMMIT’s answer',
    wire.loadedNetwork,
    fc.record({
      inputShape: fc.tuple(u16, u16, u16),
      spikeCount: u32,
      macs: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
    }),
  ),
  aCase(
    'INFER',
    wire.infer,
    fc
      .tuple(sha256, fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 5 }))
      .chain(([hash, length, count]) =>
        fc
          .array(fc.uint8Array({ minLength: length, maxLength: length }), {
            minLength: count,
            maxLength: count,
          })
          .map((images) => ({ sha256: hash, images })),
      ),
  ),
  aCase(
    'INFER’s answer',
    wire.inferResult,
    fc.record({
      durationUs: u32,
      energyUj: maybe(known32),
      spikeCounts: fc
        .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 4 }))
        .chain(([length, count]) =>
          fc.array(
            fc
              .array(int32, { minLength: length, maxLength: length })
              .map((counts) => Int32Array.from(counts)),
            { minLength: count, maxLength: count },
          ),
        ),
    }),
  ),
  aCase('CANCEL', wire.cancel, fc.record({ requestId: u32 })),
  aCase('CANCEL’s answer', wire.cancelResult, fc.record({ wasFound: fc.boolean() })),
  aCase('TELEMETRY', wire.telemetry, fc.constant({})),
  aCase('TELEMETRY’s answer', wire.telemetryAnswer, telemetry),
  aCase('the telemetry event', wire.telemetryEvent, telemetry),
  aCase('SELF-TEST', wire.selfTest, fc.constant({})),
  aCase(
    'SELF-TEST’s answer',
    wire.selfTestResult,
    fc.record({ passed: fc.boolean(), durationMs: u32, detail: text }),
  ),
  aCase('RESET', wire.reset, fc.constant({})),
  aCase('RESET’s answer', wire.resetDone, fc.constant({})),
  aCase('CREDIT', wire.credit, fc.record({ sequence: u32, window: u16 })),
  aCase(
    'ERROR',
    wire.deviceError,
    fc.record({ code: fc.constantFrom(...deviceErrorCodes), message: text }),
  ),
];

describe('messages', () => {
  it.each(cases)('$name comes back as it was sent', ({ message, values }) => {
    fc.assert(
      fc.property(values, (value) => {
        expect(message.decode(message.encode(value))).toEqual(value);
      }),
    );
  });

  it.each(cases)(
    '$name is read or refused as malformed, whatever the bytes',
    ({ message, values }) => {
      const payloads = fc.oneof(
        fc.uint8Array({ maxLength: 120 }),
        fc.tuple(values, fc.nat(), u8).map(([value, at, byte]) => {
          const bytes = new Uint8Array(message.encode(value));
          bytes[at % Math.max(bytes.length, 1)] = byte;
          return bytes.subarray(0, bytes.length - (byte % 3));
        }),
      );
      fc.assert(
        fc.property(payloads, (payload) => {
          try {
            const value = message.decode(payload);
            expect(message.decode(message.encode(value))).toEqual(value);
          } catch (error) {
            expect(error).toBeInstanceOf(WireError);
            expect(error).toMatchObject({ code: 'malformed' });
          }
        }),
        { numRuns: 300 },
      );
    },
  );

  it.each(cases)('$name refuses a byte too many or too few', ({ name, message, values }) => {
    // What ends in bytes of any number takes them.
    if (name === 'LOAD-CHUNK' || name.startsWith('INFER')) return;
    const [value] = fc.sample(values, { numRuns: 1, seed: 1 });
    const bytes = message.encode(value);
    expect(() => message.decode(Buffer.concat([bytes, Uint8Array.of(0)]))).toThrow(/left over/);
    if (bytes.length > 0) expect(() => message.decode(bytes.subarray(1))).toThrow(WireError);
  });

  it('has a type of its own for each, and the answer’s is the request’s with bit 7 set', () => {
    expect(new Set(cases.map(({ message }) => message.type)).size).toBe(cases.length);
    const pairs = [
      [wire.hello, wire.helloAnswer],
      [wire.loadBegin, wire.loadOffer],
      [wire.loadChunk, wire.loadProgress],
      [wire.loadCommit, wire.loadedNetwork],
      [wire.infer, wire.inferResult],
      [wire.cancel, wire.cancelResult],
      [wire.telemetry, wire.telemetryAnswer],
      [wire.selfTest, wire.selfTestResult],
      [wire.reset, wire.resetDone],
    ] as const;
    for (const [request, answer] of pairs) expect(answer.type).toBe(request.type | wire.answerBit);
  });

  it('cuts a text that is too long between two characters', () => {
    const { message } = wire.deviceError.decode(
      wire.deviceError.encode({ code: 'device-failed', message: 'ä'.repeat(300) }),
    );
    expect(message).toBe('ä'.repeat(127));
  });

  it('says how much is missing or left over', () => {
    expect(() => wire.hello.decode(Uint8Array.of(1))).toThrow('it ends 1 bytes early');
    expect(() => wire.hello.decode(Uint8Array.of(1, 1, 1))).toThrow('1 bytes are left over');
  });
});
