import { loadOutlineModel } from '../clinic/outliner.ts';
import { fieldOfView } from '../imaging/field-of-view.ts';
import { Random } from '../imaging/phantom/noise.ts';
import type { RgbImage } from '../imaging/rgb-image.ts';
import { toWholeTensor } from '../imaging/transform.ts';
import {
  coverage95,
  findRuler,
  lesionsIn,
  type Measurement,
  measureOutline,
  type Scale,
  scaleOfRuler,
  snapped,
} from '../measuring/index.ts';
import { createEngine, readNetwork } from '../snn/index.ts';
import { median, quantile } from './bench/statistics.ts';
import { type Command, parseOptions, UsageError } from './command.ts';
import { drawScene, type Scene } from './measuring/scene.ts';

export const evaluateMeasuringCommand: Command = {
  name: 'evaluate-measuring',
  summary: 'Measures drawn lesions of known size beside a ruler at any angle.',
  usage: '[--count N] [--seed N]',
  options: [
    '  --count N  scenes; 60, if not given: each with its own angle, size, light and hairs',
    '  --seed N   other scenes',
    'One JSON object on stdout; errors are shares of what was drawn.',
  ],
  async run(args, terminal) {
    const values = parseOptions(args, { count: { type: 'string' }, seed: { type: 'string' } });
    const [count, seed] = [Number(values.count ?? 60), Number(values.seed ?? 1)];
    if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed))
      throw new UsageError('--count and --seed are whole numbers.');
    const { file, card } = loadOutlineModel();
    const engine = createEngine('simd', readNetwork(file));
    const found: Measured[] = [];
    const afterSnapping: Measured[] = [];
    for (let index = 0; index < count; index++) {
      const scene = sceneOf(seed * 1000 + index);
      const picture = drawScene(scene);
      const outline = (image: RgbImage) => {
        const window = fieldOfView(image);
        const { spikeCounts: counts } = engine.run(toWholeTensor(image, card.inputSize, window));
        return lesionsIn({ side: card.mapSize, counts, level: card.level, window })[0]?.outline;
      };
      const proposed = outline(picture);
      found.push(compare(scene, picture, proposed));
      afterSnapping.push(compare(scene, picture, proposed && snapped(picture, proposed).outline));
      terminal.progress(`${index + 1} of ${count}`);
    }
    terminal.progress('');
    const scales = found.flatMap(({ scale }) => scale ?? []);
    const axes = found.flatMap(({ axis }) => axis ?? []);
    const areas = found.flatMap(({ area }) => area ?? []);
    terminal.out(
      JSON.stringify({
        scenes: count,
        rulersFound: scales.length / count,
        lesionsFound: axes.length / count,
        scale: spread(scales),
        longAxis: spread(axes),
        area: spread(areas),
        snapped: {
          longAxis: spread(afterSnapping.flatMap(({ axis }) => axis ?? [])),
          area: spread(afterSnapping.flatMap(({ area }) => area ?? [])),
        },
        longAxisWithinStated95: found.filter(({ isWithin }) => isWithin).length / axes.length,
      }),
    );
    return 0;
  },
};

interface Measured {
  /** Measured ÷ drawn − 1. */
  readonly scale: number | null;
  readonly axis: number | null;
  readonly area: number | null;
  readonly isWithin: boolean;
}

function compare(
  scene: Scene,
  picture: RgbImage,
  outline: Parameters<typeof measureOutline>[0] | undefined,
): Measured {
  const ruler = findRuler(picture);
  const scale: Scale | null = ruler && scaleOfRuler(ruler);
  const measured: Measurement | null =
    outline && scale ? measureOutline(outline, scale, 'network') : null;
  const { a, b } = scene.lesion ?? { a: 1, b: 1 };
  const axis = measured && measured.longAxis.value / (2 * Math.max(a, b)) - 1;
  const off = measured && Math.abs(measured.longAxis.value - 2 * Math.max(a, b));
  return {
    scale: scale && scale.mmPerPx * scene.pxPerMm - 1,
    axis,
    area: measured && measured.area.value / (Math.PI * a * b) - 1,
    isWithin: measured !== null && (off ?? 0) <= coverage95 * measured.longAxis.error,
  };
}

function spread(errors: readonly number[]) {
  const off = errors.map(Math.abs);
  return {
    median: median(off),
    error95: quantile(off, 0.95),
    most: Math.max(...off),
    bias: median(errors),
  };
}

/** A lesion near the middle, and the ruler beside it at any angle; a third of the rulers are cut by the rim. */
function sceneOf(seed: number): Scene {
  const random = new Random(seed);
  const [widthPx, heightPx] = [1200, 900];
  const pxPerMm = random.between(24, 60);
  const a = random.between(2, 6) * (40 / pxPerMm);
  const b = a * random.between(0.6, 1);
  const [x, y] = [widthPx / 2 + random.between(-60, 60), heightPx / 2 + random.between(-40, 40)];
  const degrees = random.between(0, 360);
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const away = (Math.max(a, b) + 1) * pxPerMm;
  const along = random.chance(1 / 3) ? 0 : 0.5 * random.between(200, 500);
  return {
    widthPx,
    heightPx,
    pxPerMm,
    ruler: { x: x - sin * away - cos * along, y: y + cos * away - sin * along, degrees },
    lesion: { x, y, a, b, degrees: random.between(0, 180) },
    seed,
    hairs: true,
  };
}
