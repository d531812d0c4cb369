import { type DeviceErrorCode, deviceErrorCodes } from './errors.ts';
import { FieldReader, FieldWriter, malformed } from './layout.ts';

/** A type of frame, and how its payload is laid out. `docs/wire-protocol.md` has each as a table. */
export interface Message<T> {
  readonly type: number;
  encode(value: T): Uint8Array;
  /** @throws WireError `malformed` */
  decode(payload: Uint8Array): T;
}

/** What the program speaks. */
export const wireVersions = { lowest: 1, highest: 1 } as const;
/** Set in the type of every answer but ERROR. */
export const answerBit = 0x80;

export interface Hello {
  readonly lowestVersion: number;
  readonly highestVersion: number;
}

/** What runs on the device, by the arithmetic that it implements. */
export const generations = ['quantized-onnx', 'akida-1', 'akida-2'] as const;
export type Generation = (typeof generations)[number];

export interface DeviceHello {
  /** The one to speak from here on. */
  readonly version: number;
  readonly generation: Generation;
  /** Requests that may be unanswered at once. */
  readonly window: number;
  readonly maxPayloadBytes: number;
  /** Images in one INFER. */
  readonly maxBatch: number;
  /** For networks. */
  readonly memoryKib: number;
  readonly vendor: string;
  readonly product: string;
  readonly serial: string;
  readonly firmware: string;
}

export interface LoadBegin {
  /** 32 bytes. */
  readonly sha256: Uint8Array;
  readonly sizeBytes: number;
  readonly name: string;
}
export interface LoadOffer {
  readonly transferId: number;
  /** What the device already holds of this file. */
  readonly offset: number;
}
export interface LoadChunk {
  readonly transferId: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
}
export interface LoadProgress {
  /** What the device holds now. */
  readonly offset: number;
}
export interface LoadCommit {
  readonly sha256: Uint8Array;
}
export interface LoadedNetwork {
  readonly inputShape: readonly [channels: number, height: number, width: number];
  readonly spikeCount: number;
  readonly macs: number;
}

export interface Infer {
  readonly sha256: Uint8Array;
  /** All of one length. */
  readonly images: readonly Uint8Array[];
}
export interface InferResult {
  /** On the device, all images together. */
  readonly durationUs: number;
  /** Measured; absent where the device does not measure. */
  readonly energyUj: number | undefined;
  /** One an image, all of one length. */
  readonly spikeCounts: readonly Int32Array[];
}

export interface Cancel {
  readonly requestId: number;
}
export interface CancelResult {
  /** False when the request was answered already, or never came. */
  readonly wasFound: boolean;
}

export const deviceStates = ['idle', 'busy', 'throttled', 'overheated', 'failed'] as const;
export type DeviceState = (typeof deviceStates)[number];

export interface DeviceTelemetry {
  readonly state: DeviceState;
  readonly window: number;
  readonly temperatureCentiC: number | undefined;
  readonly powerMw: number | undefined;
  /** How far apart power is sampled; 0 where it is not. */
  readonly powerPeriodMs: number;
  readonly uptimeMs: number;
  readonly imagesDone: number;
}

export interface SelfTestResult {
  readonly passed: boolean;
  readonly durationMs: number;
  readonly detail: string;
}

export interface Credit {
  /** Counts up from 1 after HELLO, so that a late one is told from a new one. */
  readonly sequence: number;
  readonly window: number;
}

export interface DeviceErrorMessage {
  readonly code: DeviceErrorCode;
  readonly message: string;
}

type Nothing = Readonly<Record<string, never>>;

const unknown16 = -0x8000;
const unknown32 = 0xffffffff;

function message<T>(
  type: number,
  write: (fields: FieldWriter, value: T) => FieldWriter,
  read: (fields: FieldReader) => T,
): Message<T> {
  return {
    type,
    encode: (value) => write(new FieldWriter(), value).end(),
    decode(payload) {
      const fields = new FieldReader(payload);
      const value = read(fields);
      fields.end();
      return value;
    },
  };
}

const empty = (type: number) =>
  message<Nothing>(
    type,
    (fields) => fields,
    () => ({}),
  );

function oneOf<T>(names: readonly T[], index: number): T {
  const name = names[index];
  if (name === undefined) throw malformed(`there is no number ${index} in its list`);
  return name;
}

function flag(value: number): boolean {
  if (value > 1) throw malformed(`${value} is neither 0 nor 1`);
  return value === 1;
}

export const hello = message<Hello>(
  0x01,
  (fields, { lowestVersion, highestVersion }) => fields.u8(lowestVersion).u8(highestVersion),
  (fields) => ({ lowestVersion: fields.u8(), highestVersion: fields.u8() }),
);

export const helloAnswer = message<DeviceHello>(
  0x81,
  (fields, value) =>
    fields
      .u8(value.version)
      .u8(generations.indexOf(value.generation))
      .u16(value.window)
      .u32(value.maxPayloadBytes)
      .u16(value.maxBatch)
      .u32(value.memoryKib)
      .text(value.vendor)
      .text(value.product)
      .text(value.serial)
      .text(value.firmware),
  (fields) => ({
    version: fields.u8(),
    generation: oneOf(generations, fields.u8()),
    window: fields.u16(),
    maxPayloadBytes: fields.u32(),
    maxBatch: fields.u16(),
    memoryKib: fields.u32(),
    vendor: fields.text(),
    product: fields.text(),
    serial: fields.text(),
    firmware: fields.text(),
  }),
);

export const loadBegin = message<LoadBegin>(
  0x02,
  (fields, { sha256, sizeBytes, name }) => fields.bytes(sha256).u32(sizeBytes).text(name),
  (fields) => ({ sha256: fields.bytes(32), sizeBytes: fields.u32(), name: fields.text() }),
);
export const loadOffer = message<LoadOffer>(
  0x82,
  (fields, { transferId, offset }) => fields.u32(transferId).u32(offset),
  (fields) => ({ transferId: fields.u32(), offset: fields.u32() }),
);

export const loadChunk = message<LoadChunk>(
  0x03,
  (fields, { transferId, offset, bytes }) => fields.u32(transferId).u32(offset).bytes(bytes),
  (fields) => ({
    transferId: fields.u32(),
    offset: fields.u32(),
    bytes: fields.bytes(fields.rest),
  }),
);
/** Bytes of a LOAD-CHUNK before the file's. */
export const loadChunkOverhead = 8;
export const loadProgress = message<LoadProgress>(
  0x83,
  (fields, { offset }) => fields.u32(offset),
  (fields) => ({ offset: fields.u32() }),
);

export const loadCommit = message<LoadCommit>(
  0x04,
  (fields, { sha256 }) => fields.bytes(sha256),
  (fields) => ({ sha256: fields.bytes(32) }),
);
export const loadedNetwork = message<LoadedNetwork>(
  0x84,
  (fields, { inputShape: [channels, height, width], spikeCount, macs }) =>
    fields.u16(channels).u16(height).u16(width).u32(spikeCount).u64(macs),
  (fields) => ({
    inputShape: [fields.u16(), fields.u16(), fields.u16()],
    spikeCount: fields.u32(),
    macs: fields.u64(),
  }),
);

export const infer = message<Infer>(
  0x05,
  (fields, { sha256, images }) => {
    fields.bytes(sha256).u16(images.length);
    for (const image of images) fields.bytes(image);
    return fields;
  },
  (fields) => {
    const sha256 = fields.bytes(32);
    const count = fields.u16();
    const length = fields.rest / Math.max(count, 1);
    if (length === 0 || count === 0 || !Number.isInteger(length))
      throw malformed(`${fields.rest} bytes are not ${count} images`);
    return { sha256, images: Array.from({ length: count }, () => fields.bytes(length)) };
  },
);
/** Bytes of an INFER before the images'. */
export const inferOverhead = 34;
/** Bytes of its answer before the spike counts. */
export const inferResultOverhead = 10;

export const inferResult = message<InferResult>(
  0x85,
  (fields, { durationUs, energyUj, spikeCounts }) => {
    fields
      .u32(Math.min(durationUs, unknown32))
      .u32(energyUj ?? unknown32)
      .u16(spikeCounts.length);
    for (const counts of spikeCounts) fields.bytes(int32Bytes(counts));
    return fields;
  },
  (fields) => {
    const durationUs = fields.u32();
    const energyUj = known(fields.u32(), unknown32);
    const count = fields.u16();
    const length = fields.rest / 4 / Math.max(count, 1);
    if (length === 0 || count === 0 || !Number.isInteger(length))
      throw malformed(`${fields.rest} bytes are not ${count} results`);
    const spikeCounts = Array.from({ length: count }, () => int32s(fields.bytes(length * 4)));
    return { durationUs, energyUj, spikeCounts };
  },
);

export const cancel = message<Cancel>(
  0x06,
  (fields, { requestId }) => fields.u32(requestId),
  (fields) => ({ requestId: fields.u32() }),
);
export const cancelResult = message<CancelResult>(
  0x86,
  (fields, { wasFound }) => fields.u8(wasFound ? 1 : 0),
  (fields) => ({ wasFound: flag(fields.u8()) }),
);

export const telemetry = empty(0x07);
const telemetryOf = (type: number) =>
  message<DeviceTelemetry>(
    type,
    (fields, value) =>
      fields
        .u8(deviceStates.indexOf(value.state))
        .u16(value.window)
        .i16(value.temperatureCentiC ?? unknown16)
        .u32(value.powerMw ?? unknown32)
        .u16(value.powerPeriodMs)
        .u32(value.uptimeMs)
        .u32(value.imagesDone),
    (fields) => ({
      state: oneOf(deviceStates, fields.u8()),
      window: fields.u16(),
      temperatureCentiC: known(fields.i16(), unknown16),
      powerMw: known(fields.u32(), unknown32),
      powerPeriodMs: fields.u16(),
      uptimeMs: fields.u32(),
      imagesDone: fields.u32(),
    }),
  );
export const telemetryAnswer = telemetryOf(0x87);

export const selfTest = empty(0x08);
export const selfTestResult = message<SelfTestResult>(
  0x88,
  (fields, { passed, durationMs, detail }) =>
    fields
      .u8(passed ? 1 : 0)
      .u32(durationMs)
      .text(detail),
  (fields) => ({ passed: flag(fields.u8()), durationMs: fields.u32(), detail: fields.text() }),
);

export const reset = empty(0x09);
export const resetDone = empty(0x89);

/** Unasked, with request id 0. */
export const credit = message<Credit>(
  0xc0,
  (fields, { sequence, window }) => fields.u32(sequence).u16(window),
  (fields) => ({ sequence: fields.u32(), window: fields.u16() }),
);
/** Unasked: the device's state has changed. */
export const telemetryEvent = telemetryOf(0xc1);

export const deviceError = message<DeviceErrorMessage>(
  0xff,
  (fields, { code, message: text }) => fields.u16(deviceErrorCodes.indexOf(code)).text(text),
  (fields) => ({ code: oneOf(deviceErrorCodes, fields.u16()), message: fields.text() }),
);

function known(value: number, unknown: number): number | undefined {
  return value === unknown ? undefined : value;
}

function int32Bytes(values: Int32Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeInt32LE(value, index * 4);
  return bytes;
}

function int32s(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values = new Int32Array(bytes.length / 4);
  for (let at = 0; at < values.length; at++) values[at] = view.getInt32(at * 4, true);
  return values;
}
