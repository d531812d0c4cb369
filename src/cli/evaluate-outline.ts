import { readFile } from 'node:fs/promises';
import { loadOutlineModel } from '../clinic/outliner.ts';
import { fieldOfView } from '../imaging/field-of-view.ts';
import type { RgbImage } from '../imaging/rgb-image.ts';
import { toWholeTensor } from '../imaging/transform.ts';
import { readLabels } from '../interchange/labels.ts';
import {
  areaOf,
  clearBorder,
  coverage95,
  curveThrough,
  type FoundLesion,
  jaccard,
  lesionsIn,
  longAxis,
  type Mask,
  maskOf,
  measureOutline,
  type Polygon,
  regionsAbove,
  snapped,
} from '../measuring/index.ts';
import { createEngine, readNetwork } from '../snn/index.ts';
import { median, quantile } from './bench/statistics.ts';
import { type Command, parseOptions, required } from './command.ts';
import { imagesIn } from './image-source.ts';
import { Retest } from './measuring/retest.ts';
import { readPicture } from './registration/read-picture.ts';

export const evaluateOutlineCommand: Command = {
  name: 'evaluate-outline',
  summary: 'Measures the outline’s network against masks that people drew.',
  usage:
    '--images DIR_OR_TAR --masks DIR_OR_TAR --labels CSV [--fold N] [--by COLUMN] [--snap] [--model-folder DIR]',
  options: [
    '  --images PLACE      folder (searched with its folders and tar archives) or tar archive',
    '  --masks PLACE       the same of masks, white where the lesion is: <image_id>_segmentation.png',
    '  --labels FILE       CSV with the columns image_id and dx',
    '  --fold N            only rows whose column fold is N',
    '  --by COLUMN         images with the same value are of one lesion: how much its looks differ',
    '  --snap              after *Snap to the border*, where the lesion is not cut',
    '  --model-folder DIR  another network: network.onnx and card.json',
    'One JSON object on stdout, measured at the masks’ size: of the outline that a person would be shown.',
  ],
  async run(args, terminal) {
    const values = parseOptions(args, {
      images: { type: 'string' },
      masks: { type: 'string' },
      labels: { type: 'string' },
      fold: { type: 'string' },
      by: { type: 'string' },
      snap: { type: 'boolean' },
      'model-folder': { type: 'string' },
    });
    const labels = await readFile(required(values.labels, 'labels'), 'utf8');
    const wanted = readLabels(labels, { fold: values.fold, dx: undefined, by: values.by });
    const retest = new Retest();
    const note = (message: string) => terminal.note(message);
    const masksPlace = required(values.masks, 'masks');
    const masks = new Map<string, Mask>();
    for await (const image of imagesIn(masksPlace, note)) {
      const imageId = image.imageId.replace(/_segmentation$/, '');
      if (!wanted.has(imageId)) continue;
      const { widthPx, heightPx, pixels } = await readPicture(await image.read());
      const drawn = Uint8Array.from({ length: widthPx * heightPx }, (_, at) =>
        (pixels[3 * at] ?? 0) > 127 ? 1 : 0,
      );
      masks.set(imageId, { widthPx, heightPx, pixels: drawn });
    }
    const { file, card } = loadOutlineModel(values['model-folder']);
    const engine = createEngine('simd', readNetwork(file));
    const found: Found[] = [];
    for await (const image of imagesIn(required(values.images, 'images'), note)) {
      const mask = masks.get(image.imageId);
      // The masks may lie beside the images, under the same names.
      if (!mask || image.place.startsWith(masksPlace)) continue;
      const picture = await readPicture(await image.read());
      const field = fieldOfView(picture);
      const counts = engine.run(toWholeTensor(picture, card.inputSize, field)).spikeCounts;
      const window = inMask(field, picture, mask);
      const map = { side: card.mapSize, counts, level: card.level, window };
      const [lesion] = lesionsIn({ ...map, window: field });
      const inMaskPixels = lesionsIn(map);
      const [first] = inMaskPixels;
      if (values.snap && first && lesion && !lesion.isCut)
        inMaskPixels[0] = { ...first, outline: snappedIn(picture, lesion.outline, mask) };
      const clarity = lesion ? snapped(picture, lesion.outline).clarity : 0;
      found.push(compare(mask, inMaskPixels, clarity));
      const group = wanted.get(image.imageId)?.group;
      if (lesion && group) retest.add(group, picture, lesion.outline);
      terminal.progress(`${found.length} of ${masks.size}`);
    }
    terminal.progress('');
    if (found.length === 0) {
      terminal.note('No image has a mask.');
      return 1;
    }
    terminal.out(
      JSON.stringify({
        network: card.name,
        ...figuresOf(found),
        ...(values.by && { retest: retest.figures }),
      }),
    );
    return 0;
  },
};

interface Found {
  readonly jaccard: number;
  /** Of the few points that a person would correct. */
  readonly jaccardOfControls: number;
  /** Against those of the mask: measured ÷ drawn. */
  readonly axis: number;
  readonly area: number;
  /** Of the border in the picture. */
  readonly clarity: number;
  /** Whether the mask's long axis lies within the interval that is stated for 95 of 100. */
  readonly isWithin: boolean;
}

function compare(mask: Mask, [lesion]: readonly FoundLesion[], clarity: number): Found {
  if (!lesion)
    return { jaccard: 0, jaccardOfControls: 0, axis: 0, area: 0, clarity, isWithin: false };
  const { widthPx, heightPx, pixels } = mask;
  const of = (outline: FoundLesion['outline']) => jaccard(mask, maskOf(outline, widthPx, heightPx));
  const field = { columns: widthPx, rows: heightPx, values: Float32Array.from(pixels) };
  const [drawn] = regionsAbove(field, 0.5);
  const stated = measureOutline(lesion.outline, null, 'network', clarity).longAxis;
  const off = drawn
    ? Math.abs(longAxis(drawn.outline).lengthPx - stated.value)
    : Number.POSITIVE_INFINITY;
  return {
    jaccard: of(lesion.outline),
    jaccardOfControls: of(curveThrough(lesion.controls)),
    axis: drawn ? longAxis(lesion.outline).lengthPx / longAxis(drawn.outline).lengthPx : 0,
    area: drawn ? areaOf(lesion.outline) / areaOf(drawn.outline) : 0,
    clarity,
    isWithin: off <= coverage95 * stated.error,
  };
}

function figuresOf(found: readonly Found[]) {
  const values = found.map(({ jaccard }) => jaccard);
  const mean = (all: readonly number[]) => all.reduce((sum, value) => sum + value, 0) / all.length;
  const off = (ratios: readonly number[]) =>
    ratios.map((ratio) => Math.abs(Math.log(ratio || 1e-9)));
  return {
    images: found.length,
    jaccard: mean(values),
    jaccardOfControls: mean(found.map(({ jaccardOfControls }) => jaccardOfControls)),
    jaccardMedian: median(values),
    jaccardLow: quantile(values, 0.05),
    /** As the ISIC challenge of 2018 counted: below .65 nothing. */
    jaccardThresholded: mean(values.map((value) => (value < 0.65 ? 0 : value))),
    missed: values.filter((value) => value < 0.3).length / values.length,
    /** Of the logarithm of measured ÷ drawn: its median, and within what 68 of 100 lie. */
    axisBias: median(found.map(({ axis }) => Math.log(axis || 1e-9))),
    axisError68: quantile(off(found.map(({ axis }) => axis)), 0.68),
    /** By how clear the border is: how many, and how many of them within the stated 95 %. */
    within95: [0, 0.6, clearBorder, 0.8].map((from, index, all) => {
      const to = all[index + 1] ?? Number.POSITIVE_INFINITY;
      const own = found.filter(({ clarity }) => clarity >= from && clarity < to);
      return {
        clarity: from,
        images: own.length,
        share: own.filter(({ isWithin }) => isWithin).length / own.length,
      };
    }),
    areaBias: median(found.map(({ area }) => Math.log(area || 1e-9))),
    areaError68: quantile(off(found.map(({ area }) => area)), 0.68),
  };
}

/** Snapped in the picture's own pixels, then in the mask's. */
function snappedIn(picture: RgbImage, outline: Polygon, mask: Mask): Polygon {
  const [across, down] = [mask.widthPx / picture.widthPx, mask.heightPx / picture.heightPx];
  return snapped(picture, outline).outline.map(({ x, y }) => ({ x: x * across, y: y * down }));
}

/** The same window in the mask, which may be a smaller copy. */
function inMask(
  { x0, y0, width, height }: { x0: number; y0: number; width: number; height: number },
  picture: { widthPx: number; heightPx: number },
  mask: Mask,
) {
  const [across, down] = [mask.widthPx / picture.widthPx, mask.heightPx / picture.heightPx];
  return { x0: x0 * across, y0: y0 * down, width: width * across, height: height * down };
}
