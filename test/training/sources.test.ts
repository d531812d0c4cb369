import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lacks, pythonPath } from '../requirements.ts';

const training = fileURLToPath(new URL('../../training', import.meta.url));
const suite = 'the sources of the training';

type Row = Readonly<Record<string, string>>;
const home: Row = {
  image_id: 'ISIC_1',
  shard: 'shard_00.tar',
  dx: 'nv',
  dx_type: 'histo',
  lesion_id: 'HAM_1',
  fold: '1',
  age: '45.0',
  sex: 'male',
  localization: 'trunk',
};
const abroad: Row = {
  image_id: 'ISIC_9',
  shard: 'isic2019_84_00.tar',
  dx7_suggested: 'mel',
  source: 'BCN20000',
  set: 'isic2019_84',
  group: 'BCN_9',
  fold: '2',
  age: '',
  sex: '',
  site: '',
};

describe.skipIf(lacks('numpy and Pillow', suite))(suite, () => {
  let folder: string;
  let picture: Buffer;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-sources-'));
    const background = { r: 200, g: 150, b: 130 };
    picture = await sharp({ create: { width: 84, height: 84, channels: 3, background } })
      .jpeg()
      .toBuffer();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Lays out the data with these labels, and these images in a shard of each source. */
  function layOut(
    rows: { home?: readonly Row[]; abroad?: readonly Row[] },
    images: Readonly<Record<string, Buffer>>,
  ) {
    const places = {
      home: path.join(folder, 'data', 'ham10000', 'ham10000_299x224'),
      abroad: path.join(folder, 'data', 'more'),
    };
    for (const source of ['home', 'abroad'] as const) {
      const own = rows[source] ?? [source === 'home' ? home : abroad];
      mkdirSync(places[source], { recursive: true });
      const columns = Object.keys(own[0] ?? {});
      const lines = [columns, ...own.map((row) => columns.map((column) => row[column]))];
      writeFileSync(path.join(places[source], 'labels.csv'), lines.join('\n'));
      const pictures = path.join(folder, source);
      mkdirSync(pictures);
      for (const [name, bytes] of Object.entries(images))
        writeFileSync(path.join(pictures, `${name}.jpg`), bytes);
      const shard = path.join(places[source], (source === 'home' ? home : abroad).shard ?? '');
      execFileSync('tar', ['-cf', shard, '-C', pictures, '.']);
    }
    return places;
  }

  /** What Python says at the end of reading it: "3 images", or the error. */
  function load(): string {
    const program = 'import sys, sources; print(len(sources.load(*sys.argv[1:]).table), "images")';
    const { stdout, stderr } = spawnSync(
      pythonPath,
      ['-c', program, path.join(folder, 'data'), path.join(folder, 'work')],
      {
        cwd: training,
        encoding: 'utf8',
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      },
    );
    return stdout.trim() || (stderr.trim().split('\n').at(-1) ?? '');
  }
  const whole = () => ({ ISIC_1: picture, ISIC_9: picture });

  test('are read where every image is there', () => {
    layOut({}, whole());
    expect(load()).toBe('2 images');
  });

  test('are refused by the name of an image that no archive holds', () => {
    layOut({}, { ISIC_9: picture });
    expect(load()).toMatch(/ISIC_1/);
  });

  test('are refused by the name of an image that is damaged', () => {
    layOut({}, { ...whole(), ISIC_9: picture.subarray(0, picture.length / 2) });
    expect(load()).toMatch(/ISIC_9 is damaged/);
    rmSync(folder, { recursive: true });
    layOut({}, { ...whole(), ISIC_1: Buffer.from('no picture') });
    expect(load()).toMatch(/ISIC_1 is damaged/);
  });

  test('are refused by the name of an archive that is missing or damaged', () => {
    const { home: at } = layOut({}, whole());
    writeFileSync(path.join(at, 'shard_00.tar'), 'no archive');
    expect(load()).toMatch(/shard_00\.tar is damaged/);
    rmSync(path.join(at, 'shard_00.tar'));
    expect(load()).toMatch(/No such file.*shard_00\.tar/);
  });

  test('are refused by the name of an image whose label is none of the seven', () => {
    layOut({ abroad: [{ ...abroad, dx7_suggested: 'scc' }] }, whole());
    expect(load()).toMatch(/ISIC_9: label 'scc' is none of akiec, bcc/);
  });

  test('are refused where a lesion is in two folds, within a source or across', () => {
    layOut({ home: [home, { ...home, image_id: 'ISIC_2', fold: '2' }] }, whole());
    expect(load()).toMatch(/ISIC_2: its lesion HAM_1 is in two folds/);
    rmSync(folder, { recursive: true });
    layOut({ abroad: [{ ...abroad, group: 'HAM_1' }] }, whole());
    expect(load()).toMatch(/ISIC_9: its lesion HAM_1 is in two folds/);
  });

  test('are refused where an image is named twice', () => {
    layOut({ abroad: [{ ...abroad, image_id: 'ISIC_1', fold: '1' }] }, whole());
    expect(load()).toMatch(/ISIC_1 is in the labels twice/);
  });

  test('are refused by the name of an image whose fold or age is no number', () => {
    layOut({ home: [{ ...home, fold: 'first' }] }, whole());
    expect(load()).toMatch(/ISIC_1: its fold is 'first'/);
    rmSync(folder, { recursive: true });
    layOut({ home: [{ ...home, age: 'old' }] }, whole());
    expect(load()).toMatch(/ISIC_1: its age is 'old'/);
  });
});
