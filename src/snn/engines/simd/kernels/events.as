// 1×1 convolution driven by events: a pixel's non-zero activations are listed, and only their rows of
// weights are added. Four rows at a time are interleaved into the vectors that the dot product takes,
// so the work is in proportion to the events.
import { interleaveBytes, interleaveHigh, interleaveLow, interleaveUpperBytes } from './interleave';
import { fire, fireClamped, isClamped, RESTING, WEIGHTS } from './neurons';

/**
 * @param input activations 0…127, `width` bytes of each pixel, a multiple of 8
 * @param rows int8 weights, `rowBytes` (a multiple of 16) for each byte of a pixel
 * @param blocks headers of eight neurons each, without weights
 * @param scratch room for potentials and lists: 8 · rowBytes + 5 · (width + 4) bytes
 */
export function eventSpikes(
  input: usize, pixelStep: i32, pixels: i32, width: i32,
  rows: usize, rowBytes: i32, blocks: usize, blockCount: i32,
  output: usize, outputStep: i32, scratch: usize,
): void {
  const potentialsB = scratch + (rowBytes << 2);
  const addresses = potentialsB + (rowBytes << 2);
  const values = addresses + ((width + 4) << 2);
  for (let pixel = 0; pixel < pixels; pixel += 2) {
    // The second of a pair repeats the first where there is none.
    const next = min(pixel + 1, pixels - 1);
    integrate(input + pixel * pixelStep, width, rows, rowBytes, blocks, addresses, values, scratch);
    integrate(input + next * pixelStep, width, rows, rowBytes, blocks, addresses, values, potentialsB);
    let toA = output + pixel * outputStep;
    let toB = output + next * outputStep;
    let block = blocks;
    for (let n = 0; n < blockCount; n++) {
      const a = scratch + (n << 5);
      const b = potentialsB + (n << 5);
      const clamps = isClamped(block);
      if (clamps) fireClamped(v128.load(a), v128.load(a, 16), v128.load(b), v128.load(b, 16), block, toA, toB);
      else fire(v128.load(a), v128.load(a, 16), v128.load(b), v128.load(b, 16), block, toA, toB);
      toA += 8;
      toB += 8;
      block += WEIGHTS;
    }
  }
}

/** Potentials of one pixel, 32 neurons at a time; what is beyond the last block is never fired. */
function integrate(
  pixel: usize, width: i32, rows: usize, rowBytes: i32, blocks: usize,
  addresses: usize, values: usize, potentials: usize,
): void {
  const end = addresses + (list(pixel, width, rows, rowBytes, addresses, values) << 2);
  let neuron = 0;
  for (; neuron + 32 <= rowBytes; neuron += 32) {
    let a0 = v128.load(blocks, RESTING);
    let a1 = v128.load(blocks, RESTING + 16);
    let a2 = v128.load(blocks, WEIGHTS + RESTING);
    let a3 = v128.load(blocks, WEIGHTS + RESTING + 16);
    let b0 = v128.load(blocks, 2 * WEIGHTS + RESTING);
    let b1 = v128.load(blocks, 2 * WEIGHTS + RESTING + 16);
    let b2 = v128.load(blocks, 3 * WEIGHTS + RESTING);
    let b3 = v128.load(blocks, 3 * WEIGHTS + RESTING + 16);
    let value = values;
    for (let at = addresses; at < end; at += 16) {
      const rowP = load<u32>(at) + neuron;
      const rowQ = load<u32>(at, 4) + neuron;
      const rowR = load<u32>(at, 8) + neuron;
      const rowS = load<u32>(at, 12) + neuron;
      const x = v128.load32_splat(value);
      let p = v128.load(rowP);
      let q = v128.load(rowQ);
      let r = v128.load(rowR);
      let s = v128.load(rowS);
      let pq = interleaveBytes(p, q);
      let rs = interleaveBytes(r, s);
      a0 = add(a0, x, interleaveLow(pq, rs));
      a1 = add(a1, x, interleaveHigh(pq, rs));
      pq = interleaveUpperBytes(p, q);
      rs = interleaveUpperBytes(r, s);
      a2 = add(a2, x, interleaveLow(pq, rs));
      a3 = add(a3, x, interleaveHigh(pq, rs));
      p = v128.load(rowP, 16);
      q = v128.load(rowQ, 16);
      r = v128.load(rowR, 16);
      s = v128.load(rowS, 16);
      pq = interleaveBytes(p, q);
      rs = interleaveBytes(r, s);
      b0 = add(b0, x, interleaveLow(pq, rs));
      b1 = add(b1, x, interleaveHigh(pq, rs));
      pq = interleaveUpperBytes(p, q);
      rs = interleaveUpperBytes(r, s);
      b2 = add(b2, x, interleaveLow(pq, rs));
      b3 = add(b3, x, interleaveHigh(pq, rs));
      value += 4;
    }
    v128.store(potentials, a0);
    v128.store(potentials, a1, 16);
    v128.store(potentials, a2, 32);
    v128.store(potentials, a3, 48);
    v128.store(potentials, b0, 64);
    v128.store(potentials, b1, 80);
    v128.store(potentials, b2, 96);
    v128.store(potentials, b3, 112);
    potentials += 128;
    blocks += 4 * WEIGHTS;
  }
  if (neuron == rowBytes) return;
  let a0 = v128.load(blocks, RESTING);
  let a1 = v128.load(blocks, RESTING + 16);
  let a2 = v128.load(blocks, WEIGHTS + RESTING);
  let a3 = v128.load(blocks, WEIGHTS + RESTING + 16);
  let value = values;
  for (let at = addresses; at < end; at += 16) {
    const x = v128.load32_splat(value);
    const p = v128.load(load<u32>(at) + neuron);
    const q = v128.load(load<u32>(at, 4) + neuron);
    const r = v128.load(load<u32>(at, 8) + neuron);
    const s = v128.load(load<u32>(at, 12) + neuron);
    let pq = interleaveBytes(p, q);
    let rs = interleaveBytes(r, s);
    a0 = add(a0, x, interleaveLow(pq, rs));
    a1 = add(a1, x, interleaveHigh(pq, rs));
    pq = interleaveUpperBytes(p, q);
    rs = interleaveUpperBytes(r, s);
    a2 = add(a2, x, interleaveLow(pq, rs));
    a3 = add(a3, x, interleaveHigh(pq, rs));
    value += 4;
  }
  v128.store(potentials, a0);
  v128.store(potentials, a1, 16);
  v128.store(potentials, a2, 32);
  v128.store(potentials, a3, 48);
}

/**
 * Lists the row addresses and the values of a pixel's events, filled up to fours; returns how many.
 * 64 channels at a time: the end of each inner loop is a branch that no processor foresees.
 */
// @ts-ignore: decorator
@inline
function list(pixel: usize, width: i32, rows: usize, rowBytes: i32, addresses: usize, values: usize): i32 {
  let count = 0;
  for (let at = 0; at < width; at += 64) {
    const rest = width - at;
    let events: u64 = eventsOf(pixel + at);
    if (rest > 16) events |= eventsOf(pixel + at + 16) << 16;
    if (rest > 32) events |= eventsOf(pixel + at + 32) << 32;
    if (rest > 48) events |= eventsOf(pixel + at + 48) << 48;
    if (rest < 64) events &= (<u64>1 << rest) - 1;
    while (events != 0) {
      const channel = at + <i32>ctz(events);
      store<u32>(addresses + (count << 2), rows + channel * rowBytes);
      store<u8>(values + count, load<u8>(pixel + channel));
      count++;
      events &= events - 1;
    }
  }
  const next = addresses + (count << 2);
  store<u32>(values + count, 0);
  store<u32>(next, rows);
  store<u32>(next, rows, 4);
  store<u32>(next, rows, 8);
  return count;
}

/** A bit for each of sixteen bytes that is not 0. */
// @ts-ignore: decorator
@inline
function eventsOf(channels: usize): u64 {
  return <u64>i8x16.bitmask(i8x16.ne(v128.load(channels), i8x16.splat(0)));
}

// @ts-ignore: decorator
@inline
function add(potentials: v128, events: v128, weights: v128): v128 {
  if (RELAXED) return i32x4.relaxed_dot_i8x16_i7x16_add_s(weights, events, potentials);
  const even = i32x4.dot_i16x8_s(i16x8.shr_u(i16x8.shl(events, 8), 8), i16x8.shr_s(i16x8.shl(weights, 8), 8));
  const odd = i32x4.dot_i16x8_s(i16x8.shr_u(events, 8), i16x8.shr_s(weights, 8));
  return i32x4.add(potentials, i32x4.add(even, odd));
}
