import { SnnError } from '../errors.ts';
import { bodyExpression } from './expression.ts';
import type { FunctionBody } from './model.ts';

/**
 * The operators of the domain `com.brainchip` that this program runs, and for each the
 * expression that its function body must be (operator names as quantizeml 1.2.5 composes them:
 * family, then Flatten, Biased, pool, activation, Scaled; or Dequantizer and its outputs).
 */
export type Form =
  | WeightedForm
  | { readonly family: 'InputQuantizer' }
  | { readonly family: 'Dequantizer'; readonly outputs: number }
  | { readonly family: 'QuantizedConcat' }
  | { readonly family: 'QuantizedAdd'; readonly scaled: boolean };

type WeightedFamily =
  | 'QuantizedInputConv2D'
  | 'QuantizedConv2D'
  | 'QuantizedDepthwise2D'
  | 'QuantizedConv2DTranspose'
  | 'QuantizedDepthwise2DTranspose'
  | 'QuantizedDense1D';

export interface WeightedForm {
  readonly family: WeightedFamily;
  readonly flatten: boolean;
  readonly biased: boolean;
  readonly pool: 'none' | 'MaxPool' | 'GlobalAvgPool';
  readonly activation: 'none' | 'ReLU' | 'ReLUClipped' | 'LUT';
  readonly scaled: boolean;
}

const DEQUANTIZER = /^Dequantizer([2-9]|[1-9][0-9])?$/;
const CONVOLUTION =
  /^(QuantizedInputConv2D|QuantizedConv2D|QuantizedDepthwise2D)(Biased)?(MaxPool|GlobalAvgPool)?(ReLUClipped|ReLU|LUT)?Scaled$/;
const TRANSPOSED =
  /^(QuantizedConv2DTranspose|QuantizedDepthwise2DTranspose)(Biased)?()(ReLUClipped|ReLU|LUT)?Scaled$/;
const DENSE = /^QuantizedDense1D(Flatten)?(Biased)?(ReLUClipped|ReLU)?(Scaled)?$/;

/**
 * The form that an operator's name stands for, after its function body has been compared
 * with it. Throws SnnError 'operator-unsupported' or 'body-unexpected', naming the operator.
 */
export function formOf(type: string, body: FunctionBody): Form {
  const form = parseName(type);
  if (form === undefined) {
    throw new SnnError('operator-unsupported', `Operator com.brainchip.${type} is not supported`);
  }
  const actual = bodyExpression(body);
  const expected = expectedExpression(form);
  if (actual !== expected) {
    throw new SnnError(
      'body-unexpected',
      `The function body of ${type} is not the known arithmetic: expected ${expected}, found ${actual}`,
    );
  }
  return form;
}

function parseName(type: string): Form | undefined {
  if (type === 'InputQuantizer') return { family: type };
  const dequantizer = DEQUANTIZER.exec(type);
  if (dequantizer !== null) return { family: 'Dequantizer', outputs: Number(dequantizer[1] ?? 1) };
  if (type === 'QuantizedConcat') return { family: type };
  if (type === 'QuantizedAdd') return { family: 'QuantizedAdd', scaled: false };
  if (type === 'QuantizedAddScaled') return { family: 'QuantizedAdd', scaled: true };
  const convolution = CONVOLUTION.exec(type) ?? TRANSPOSED.exec(type);
  if (convolution !== null) {
    const [, family, biased, pool, activation] = convolution;
    return {
      family: family as WeightedFamily,
      flatten: false,
      biased: biased !== undefined,
      pool: (pool || 'none') as WeightedForm['pool'],
      activation: (activation ?? 'none') as WeightedForm['activation'],
      scaled: true,
    };
  }
  const dense = DENSE.exec(type);
  if (dense !== null) {
    const [, flatten, biased, activation, scaled] = dense;
    return {
      family: 'QuantizedDense1D',
      flatten: flatten !== undefined,
      biased: biased !== undefined,
      pool: 'none',
      activation: (activation ?? 'none') as WeightedForm['activation'],
      scaled: scaled !== undefined,
    };
  }
  return undefined;
}

// ONNX element types, as Cast's `to` gives them.
const float = (name: string) => `Cast<to=1>(${name})`;
const int8 = (value: string) => `Cast<to=3>(${value})`;
const int32 = (value: string) => `Cast<to=6>(${value})`;

/** The expression of a form's function body. */
export function expectedExpression(form: Form): string {
  switch (form.family) {
    case 'InputQuantizer':
      return `QuantizeLinear(Transpose<perm=@perm>(${float('X')}),scale,zp)`;
    case 'Dequantizer':
      return dequantizerOperands(form.outputs)
        .map(([value, scale]) => `DequantizeLinear(${value},${scale})`)
        .join(';');
    case 'QuantizedConcat':
      return 'Concat<axis=1>(X,Y)';
    case 'QuantizedAdd': {
      const sum = `Add(Mul(${float('X')},${float('Xs')}),Mul(${float('Y')},${float('Ys')}))`;
      if (!form.scaled) return int32(sum);
      return int8(roundAndClip(`Div(${sum},${float('Shift')})`, '-128.0', '127.0'));
    }
    default:
      return weightedExpression(form);
  }
}

/** The parameters for each value that a Dequantizer takes. */
export function dequantizerOperands(
  outputs: number,
): readonly (readonly [value: string, scale: string])[] {
  if (outputs === 1) return [['X', 'scale']];
  return Array.from({ length: outputs }, (_, index) => [`X${index + 1}`, `scale_${index + 1}`]);
}

function weightedExpression(form: WeightedForm): string {
  const bias = form.biased ? float('bias') : undefined;
  let value: string;
  if (form.family === 'QuantizedDense1D') {
    const input = form.flatten ? `Flatten(${float('X')})` : float('X');
    const args = [input, float('W'), ...(bias === undefined ? [''] : [bias])];
    value = `Gemm<transB=1>(${args.join(',')})`;
  } else {
    const group = form.family.startsWith('QuantizedDepthwise2D') ? 'group=@groups,' : '';
    value = form.family.endsWith('Transpose')
      ? `ConvTranspose<${group}pads=@pads,strides=@strides>(${float('X')}`
      : `Conv<${group}strides=@strides>(${paddedInput(form)}`;
    value += `,${float('W')},${bias ?? ''})`;
  }
  if (form.pool === 'MaxPool') {
    value = `MaxPool<kernel_shape=@pool_size,pads=@pool_pads,strides=@pool_strides>(${value})`;
  }
  if (form.activation === 'LUT') {
    const index = rescaled(value, 'ActScale', 'ActShift', '-1024.0', '1023.0');
    value = float(`Gather(LUT_values,${int32(index)})`);
  } else if (form.activation !== 'none') {
    value = `Relu(${value})`;
    if (form.activation === 'ReLUClipped') value = `Min(${value},${float('max_value')})`;
  }
  if (form.pool === 'GlobalAvgPool') value = `ReduceSum(${value},[-2,-1])`;
  return form.scaled ? int8(rescaled(value, 'Scale', 'Shift', '-128.0', '127.0')) : int32(value);
}

function paddedInput(form: WeightedForm): string {
  if (form.family !== 'QuantizedInputConv2D') return `Pad(${float('X')},pads)`;
  // The input's padding has a value per channel: shift by it, pad with zeros, shift back.
  const value = `Unsqueeze(${float('x_pad_value')},[1,2])`;
  return `Add(Pad(Sub(${float('X')},${value}),pads),${value})`;
}

function rescaled(value: string, scale: string, shift: string, low: string, high: string): string {
  return roundAndClip(`Mul(Div(${value},${float(shift)}),${float(scale)})`, low, high);
}

function roundAndClip(value: string, low: string, high: string): string {
  return `Clip(Floor(Add(${value},0.5)),${low},${high})`;
}
