import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGoldenCases } from '../../src/cli/golden.ts';
import { readNpy, writeNpy } from '../../src/cli/npy.ts';
import { patientDetails } from '../../src/clinic/entities/index.ts';
import { loadShippedModel, shippedModelFolder } from '../../src/clinic/model.ts';
import { createClinic } from '../../src/store/index.ts';
import { lacks, sharedFile } from '../requirements.ts';
import { runCli } from './run-cli.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'dermaspike-cli-'));
const inFolder = (name: string) => path.join(folder, name);
const classes = ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc'];

/** A skin-coloured picture with a dark spot. */
async function drawLesion(file: string, darkness: number): Promise<void> {
  const pixels = Buffer.from(
    Array.from({ length: 90 * 60 }, (_, at) => {
      const inside = ((at % 90) - 45) ** 2 + (Math.floor(at / 90) - 30) ** 2 < 300;
      return inside ? [120 - darkness, 80 - darkness, 60] : [220, 180, 160];
    }).flat(),
  );
  const raw = { width: 90, height: 60, channels: 3 } as const;
  await sharp(pixels, { raw }).jpeg({ quality: 95 }).toFile(inFolder(file));
}

beforeAll(async () => {
  for (const [index, name] of ['one.jpg', 'two.jpg', 'three.jpg'].entries())
    await drawLesion(name, index * 20);
  const whole = readFileSync(inFolder('one.jpg'));
  writeFileSync(inFolder('cut.jpg'), whole.subarray(0, whole.length / 2));
  writeFileSync(inFolder('text.jpg'), 'not a picture at all');
  writeFileSync(inFolder('empty.jpg'), '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the command line', () => {
  it('lists its commands and explains each one', async () => {
    const overview = await runCli('--help');
    expect(overview).toMatchObject({ exitCode: 0, stderr: '' });
    for (const command of ['classify', 'infer', 'evaluate', 'doctor']) {
      expect(overview.stdout).toContain(command);
      const help = await runCli(command, '--help');
      expect(help).toMatchObject({ exitCode: 0, stderr: '' });
      expect(help.stdout).toMatch(new RegExp(`^Usage: npm run -s cli -- ${command} `));
    }
    expect((await runCli('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    ['no command', []],
    ['an unknown command', ['diagnose']],
    ['an unknown option', ['classify', '--jsn', 'a.jpg']],
    ['classify without a file', ['classify', '--json']],
    ['infer without an output', ['infer', '--model', 'm.onnx', '--input', 'x.npy']],
    ['infer with an unknown engine', ['infer', '--engine', 'quantum']],
    ['evaluate without labels', ['evaluate', '--images', '.']],
    ['doctor with an argument', ['doctor', 'please']],
  ])('ends with 2 and a usage line after %s', async (_, args) => {
    const run = await runCli(...args);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toMatch(/^Usage: npm run -s cli -- /m);
  });
});

describe('classify', () => {
  it('prints one reading a file, in the order of the files', async () => {
    const files = ['one.jpg', 'two.jpg', 'three.jpg'].map(inFolder);
    const { exitCode, json, stderr } = await runCli('classify', '--json', ...files);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { name, sha256, head, headSha256 } = loadShippedModel();
    expect(json).toHaveLength(3);
    for (const [index, line] of json.entries()) {
      expect(line).toEqual({
        file: files[index],
        verdict: expect.stringMatching(/^(suspicious|unclear|no-sign|unusable)$/),
        reasons: expect.any(Array),
        top: expect.stringMatching(/^(akiec|bcc|bkl|df|mel|nv|vasc)$/),
        probabilities: Object.fromEntries(classes.map((code) => [code, expect.any(Number)])),
        network: { name, sha256 },
        head: { name: head.name, sha256: headSha256 },
        accelerator: { kind: 'emulator', name: expect.any(String), version: expect.any(String) },
        durationMs: expect.any(Number),
      });
      const { top, probabilities } = line as { top: string; probabilities: Record<string, number> };
      const values = Object.values(probabilities);
      expect(Object.keys(probabilities)).toEqual(classes);
      expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 9);
      expect(probabilities[top]).toBe(Math.max(...values));
    }
  });

  it('leaves no caution out: a picture of the lens cap is unusable, and unlike skin', async () => {
    const black = sharp({
      create: { width: 600, height: 450, channels: 3, background: '#010101' },
    });
    await black.jpeg().toFile(inFolder('cap.jpg'));
    const { json } = await runCli('classify', '--json', inFolder('cap.jpg'));
    expect(json).toMatchObject([
      {
        verdict: 'unusable',
        reasons: expect.arrayContaining(['blurred', 'too-dark', 'little-skin', 'unfamiliar']),
      },
    ]);
    const { stdout } = await runCli('classify', inFolder('cap.jpg'));
    expect(stdout).toContain('cap.jpg: Picture unusable: retake (blurred; too dark; little skin; ');
  });

  it('goes on after bad files, names each with its reason, and ends with 1', async () => {
    const bad = {
      'cut.jpg': 'damaged-image',
      'text.jpg': 'not-an-image',
      'empty.jpg': 'empty-file',
      'gone.jpg': 'not-found',
      '': 'not-a-file',
    };
    const files = [...Object.keys(bad), 'one.jpg'].map((name) => path.join(folder, name));
    const { exitCode, json, stderr } = await runCli('classify', '--json', ...files);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    const failures = Object.entries(bad).map(([name, code]) => ({
      file: path.join(folder, name),
      error: { code, message: expect.stringContaining(name) },
    }));
    expect(json.slice(0, -1)).toEqual(failures);
    expect(json.at(-1)).toMatchObject({ file: inFolder('one.jpg'), top: expect.any(String) });
  });

  it('names what is there and cannot be read', async () => {
    const impossible = `${'n'.repeat(300)}.jpg`;
    const { exitCode, json } = await runCli('classify', '--json', inFolder(impossible));
    expect(exitCode).toBe(1);
    expect(json).toMatchObject([
      { error: { code: 'not-readable', message: expect.stringContaining(impossible) } },
    ]);
  });

  it.skipIf(process.platform === 'win32')('does not wait for a named pipe', async () => {
    execFileSync('mkfifo', [inFolder('pipe.jpg')]);
    const { json } = await runCli('classify', '--json', inFolder('pipe.jpg'));
    expect(json).toMatchObject([{ error: { code: 'not-a-file' } }]);
    rmSync(inFolder('pipe.jpg'));
  });

  it('says in words what it reads, and that it is no diagnosis', async () => {
    const run = await runCli('classify', inFolder('one.jpg'), inFolder('gone.jpg'));
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toMatch(
      /one\.jpg: (Suspicious|Unclear|No sign|Picture).+ \((akiec|bcc|bkl|df|mel|nv|vasc)\) \d+\.\d %; /,
    );
    expect(run.stderr).toContain('not a diagnosis');
    expect(run.stderr).toContain('gone.jpg does not exist.');
  });

  it('refuses a network with a flipped byte, naming the file', async () => {
    const model = inFolder('model');
    mkdirSync(model);
    for (const part of ['head.json', 'card.json'])
      writeFileSync(path.join(model, part), readFileSync(path.join(shippedModelFolder, part)));
    const backbone = readFileSync(path.join(shippedModelFolder, 'backbone.onnx'));
    const middle = backbone.length >> 1;
    backbone[middle] = (backbone[middle] ?? 0) ^ 1;
    writeFileSync(path.join(model, 'backbone.onnx'), backbone);
    const args = ['--json', '--model-folder', model, inFolder('one.jpg')];
    const { exitCode, json } = await runCli('classify', ...args);
    expect(exitCode).toBe(1);
    expect(json).toEqual([
      { error: { code: 'model-invalid', message: expect.stringContaining('backbone.onnx') } },
    ]);
  });
});

describe('evaluate', () => {
  it('measures the images that have labels and counts what is missing', async () => {
    writeFileSync(
      inFolder('labels.csv'),
      'dx,fold,image_id\nnv,0,one\nmel,0,two\nmel,1,three\nnv,0,absent\nscar,0,unknown\n',
    );
    const args = ['evaluate', '--images', folder, '--labels', inFolder('labels.csv')];
    const readings = ['--readings', inFolder('readings.jsonl')];
    const { exitCode, json, stderr } = await runCli(...args, ...readings, '--fold', '0', '--json');
    expect(exitCode).toBe(0);
    expect(json).toHaveLength(1);
    const [result] = json as [Record<string, unknown>];
    expect(Object.keys(result)).toEqual([
      'count',
      'accuracy',
      'balancedAccuracy',
      'macroF1',
      'macroAuc',
      'ece',
      'recall',
      'auc',
      'verdict',
      'referral',
      'conformal',
      'imagesPerSecond',
    ]);
    expect(result).toMatchObject({ count: 2, imagesPerSecond: expect.any(Number) });
    expect(Object.keys(result.recall as object)).toEqual(classes);
    const lines = readFileSync(inFolder('readings.jsonl'), 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { imageId: 'one', verdict: expect.any(String), probabilities: expect.any(Array) },
      { imageId: 'two', reasons: expect.any(Array), advice: expect.any(Object) },
    ]);
    expect(stderr).toContain('1 labels have no image');
    expect(stderr).toContain('1 labels name a class');
    const text = await runCli(...args);
    expect(text.stdout).toMatch(/^images +3$/m);
    expect(text.stdout).toMatch(/Columns: the most probable class/);
    expect(text.stdout).toMatch(/^verdict +\d\.\d{4} sensitivity, \d\.\d{4} specificity$/m);
    expect(text.stdout).toMatch(/ +suspicious +unusable +unclear +no-sign$/m);
  });

  it('gives the figures of each group as well', async () => {
    writeFileSync(
      inFolder('grouped.csv'),
      'image_id,dx7,camera\none,nv,A\ntwo,mel,B\nthree,nv,A\n',
    );
    const args = ['--images', folder, '--labels', inFolder('grouped.csv'), '--dx', 'dx7'];
    const { json } = await runCli('evaluate', ...args, '--by', 'camera', '--json');
    expect(json).toMatchObject([
      { count: 3, by: 'camera', groups: { A: { count: 2 }, B: { count: 1 } } },
    ]);
    const text = await runCli('evaluate', ...args, '--by', 'camera', '--lesion', 'camera');
    expect(text.stdout).toMatch(/^camera +images +accuracy/m);
    expect(text.stdout).toMatch(/^A +2 /m);
    expect(text.stdout).toMatch(/^over its images +2 /m);
  });

  it('reads images out of tar archives, and ends with 1 when one of them is damaged', async () => {
    const archive = inFolder('shard.tar');
    execFileSync('tar', ['-cf', archive, '-C', folder, 'one.jpg', 'two.jpg', 'cut.jpg']);
    writeFileSync(inFolder('shard.csv'), 'image_id,dx\none,nv\ntwo,nv\ncut,mel\n');
    const args = ['--images', archive, '--labels', inFolder('shard.csv'), '--json'];
    const { exitCode, json, stderr } = await runCli('evaluate', ...args);
    expect(exitCode).toBe(1);
    expect(json).toMatchObject([{ count: 2 }]);
    expect(stderr).toContain('cut.jpg');
  });

  it('goes on after a damaged archive in the folder, names it, and ends with 1', async () => {
    const mixed = inFolder('mixed');
    mkdirSync(mixed);
    writeFileSync(path.join(mixed, 'broken.tar'), Buffer.alloc(4096, 7));
    writeFileSync(path.join(mixed, 'one.jpg'), readFileSync(inFolder('one.jpg')));
    writeFileSync(inFolder('mixed.csv'), 'image_id,dx\none,nv\n');
    const args = ['--images', mixed, '--labels', inFolder('mixed.csv'), '--json'];
    const { exitCode, json, stderr } = await runCli('evaluate', ...args);
    expect(exitCode).toBe(1);
    expect(json).toMatchObject([{ count: 1 }]);
    expect(stderr).toContain('broken.tar: This is not a tar archive');
  });

  it('says what is wrong with its arguments’ files', async () => {
    writeFileSync(inFolder('bad.csv'), 'a,b\n1,2\n');
    const args = ['--images', folder, '--labels', inFolder('bad.csv'), '--json'];
    const { exitCode, json } = await runCli('evaluate', ...args);
    expect(exitCode).toBe(1);
    expect(json).toMatchObject([{ error: { code: 'labels-invalid' } }]);
  });
});

describe('commission', () => {
  it('says what is missing for a conclusion, and keeps the report', async () => {
    writeFileSync(inFolder('own.csv'), 'image_id,dx,patch\none,nv,1\ntwo,mel,2\nthree,nv,1\n');
    const args = ['commission', '--images', folder, '--labels', inFolder('own.csv')];
    const more = ['--lesion', 'patch', '--report', inFolder('report.json')];
    const { exitCode, stdout } = await runCli(...args, ...more);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('Not enough images to say.\n  1 melanomas; at least 15 are needed.');
    expect(JSON.parse(readFileSync(inFolder('report.json'), 'utf8'))).toMatchObject({
      images: 3,
      lesions: { all: 2, melanoma: 1, malignant: 1, benign: 1 },
      conclusion: 'too-few',
    });
  });

  it('says that no image has a label that it knows', async () => {
    writeFileSync(inFolder('others.csv'), 'image_id,dx\none,scar\n');
    const args = ['commission', '--images', folder, '--labels', inFolder('others.csv'), '--json'];
    const { exitCode, json } = await runCli(...args);
    expect(exitCode).toBe(1);
    expect(json).toMatchObject([{ error: { code: 'labels-invalid' } }]);
  });
});

describe('energy', () => {
  it('counts the work of a reading, all views together', async () => {
    const args = ['energy', '--images', folder, '--count', '1', '--json'];
    const { exitCode, json } = await runCli(...args);
    expect(exitCode).toBe(0);
    const [found] = json as [Record<string, number>];
    expect(found).toMatchObject({ network: 'qana-4', images: 1, views: 2 });
    expect(found.denseMacs).toBe(2 * 229_133_952);
    expect(found.synapticOperations).toBeGreaterThan(0);
    expect(found.synapticOperations).toBeLessThan(found.denseMacs ?? 0);
  });
});

describe('doctor', () => {
  it('finds nothing wrong here, and says so of each thing', async () => {
    const { exitCode, json } = await runCli('doctor', '--json', '--data', inFolder('none'));
    expect(json.filter((line) => !(line as { ok: boolean }).ok)).toEqual([]);
    expect(exitCode).toBe(0);
    for (const line of json)
      expect(line).toEqual({ check: expect.any(String), ok: true, detail: expect.any(String) });
  });

  it('ends with 1 and says what to do about a damaged clinic', async () => {
    const data = mkdtempSync(path.join(tmpdir(), 'dermaspike-doctor-'));
    try {
      const clinic = path.join(data, 'clinic');
      mkdirSync(clinic);
      writeFileSync(path.join(clinic, 'clinic.json'), '{"format": 1');
      const { exitCode, json, stdout } = await runCli('doctor', '--json', '--data', data);
      expect(exitCode, stdout).toBe(1);
      expect(json.filter((line) => !(line as { ok: boolean }).ok)).toEqual([
        {
          check: 'Clinic',
          ok: false,
          detail: expect.stringContaining('clinic.json'),
          remedy: expect.stringContaining('backup'),
        },
      ]);
      rmSync(path.join(clinic, 'clinic.json'));
      writeFileSync(path.join(clinic, 'clinic.db'), 'x');
      const orphan = await runCli('doctor', '--data', data);
      expect(orphan.exitCode).toBe(1);
      expect(orphan.stdout).toMatch(/FAIL {2}Clinic: .*without clinic\.json.*\n +What to do: /);
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  });

  it('looks through all records with a user’s passphrase, and names what is damaged', async () => {
    const data = mkdtempSync(path.join(tmpdir(), 'dermaspike-doctor-'));
    const clinic = path.join(data, 'clinic');
    const user = { userName: 'Dr. Ada Grün', passphrase: 'copper lantern orchard' };
    try {
      const made = { clinicName: 'Am See', demo: false, kdf: { n: 16, r: 8, p: 1 }, ...user };
      const { store } = await createClinic(clinic, made);
      store.patients.enrol(patientDetails.parse({ familyName: 'Okafor', note: 'x'.repeat(3900) }));
      store.close();
      const args = ['--json', '--user', user.userName];
      const unset = await runCli('doctor', '--data', data, ...args);
      expect(unset.exitCode).toBe(2);
      process.env.DERMASPIKE_PASSPHRASE = user.passphrase;
      const whole = await runCli('doctor', '--data', data, ...args);
      expect(whole.exitCode, whole.stdout).toBe(0);
      expect(whole.json.find((line) => (line as { check: string }).check === 'Records')).toEqual({
        check: 'Records',
        ok: true,
        detail: expect.stringMatching(/^\d+ pages and \d+ records are whole/),
      });

      const file = path.join(clinic, 'clinic.db');
      const bytes = readFileSync(file);
      // The last page: of a table or index that is not needed to unlock.
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 2000) ^ 1, bytes.length - 2000);
      writeFileSync(file, bytes);
      const damaged = await runCli('doctor', '--clinic', clinic, ...args);
      expect(damaged.exitCode).toBe(1);
      const found = damaged.json.filter((line) => !(line as { ok: boolean }).ok);
      expect(found).toEqual([
        expect.objectContaining({
          check: 'Records',
          detail: expect.stringContaining(`page ${bytes.length / 4096}`),
        }),
      ]);
    } finally {
      delete process.env.DERMASPIKE_PASSPHRASE;
      rmSync(data, { recursive: true, force: true });
    }
  });
});

/** Version 1 of NumPy's array format. */
function uint8Npy(images: readonly Uint8Array[], shape: readonly number[]): Buffer {
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  const start = Buffer.from('\x93NUMPY\x01\x00\x76\x00', 'latin1');
  return Buffer.concat([start, Buffer.from(`${header.padEnd(117)}\n`), ...images]);
}

describe('infer', () => {
  const model = path.join(shippedModelFolder, 'backbone.onnx');

  it.skipIf(lacks('shared', 'infer against the exchange vectors'))(
    'gives onnxruntime’s output for every exchange vector, byte for byte, by either engine',
    async () => {
      const index = JSON.parse(readFileSync(sharedFile('vectors', 'index.json'), 'utf8')) as {
        model: string;
      }[];
      expect(index).toHaveLength(20);
      for (const [at, { model: name }] of index.entries()) {
        const vector = (suffix: string) => sharedFile('vectors', `${name}${suffix}`);
        const output = inFolder(`${name}.npy`);
        const engine = at % 2 === 0 ? 'event' : 'reference';
        const args = ['--model', vector('.onnx'), '--input', vector('.x.npy')];
        const run = await runCli('infer', ...args, '--output', output, '--engine', engine);
        expect(run.exitCode, run.stderr).toBe(0);
        expect(readFileSync(output).equals(readFileSync(vector('.y.npy'))), name).toBe(true);
      }
    },
  );

  it('gives onnxruntime’s output for the shipped network, in its shape', async () => {
    const images = readGoldenCases(shippedModelFolder).map(({ image }) => image);
    const side = loadShippedModel().inputSizePx;
    const shape = [images.length, 3, side, side];
    const [input, output] = [inFolder('golden.x.npy'), inFolder('golden.y.npy')];
    writeFileSync(input, uint8Npy(images, shape));
    const run = await runCli('infer', '--model', model, '--input', input, '--output', output);
    expect(run.exitCode, run.stderr).toBe(0);

    const { InferenceSession, Tensor } = await import('onnxruntime-node');
    const session = await InferenceSession.create(model);
    const feed = new Tensor('float32', Float32Array.from(Buffer.concat(images)), shape);
    const result = await session.run({ [session.inputNames[0] ?? '']: feed });
    const expected = result[session.outputNames[0] ?? ''];
    const actual = readNpy(readFileSync(output));
    expect(actual.shape).toEqual(expected?.dims);
    expect(actual.data).toEqual(expected?.data);
    await session.release();
  });

  it('refuses an array that is not the network’s input, and leaves no output behind', async () => {
    writeFileSync(inFolder('x.npy'), writeNpy(new Float32Array(12), [1, 3, 2, 2]));
    const args = ['--model', model, '--input', inFolder('x.npy'), '--output', inFolder('y.npy')];
    const { exitCode, json } = await runCli('infer', ...args, '--json');
    expect(exitCode).toBe(1);
    expect(json).toEqual([
      {
        error: {
          code: 'image-invalid',
          message: expect.stringMatching(
            /x\.npy: it is float32 1 × 3 × 2 × 2; .*uint8 N × 3 × 192/,
          ),
        },
      },
    ]);
    expect(() => readFileSync(inFolder('y.npy'))).toThrow('ENOENT');
  });

  it('names a model that it cannot read', async () => {
    const input = inFolder('x.npy');
    const args = ['--model', inFolder('text.jpg'), '--input', input, '--output', inFolder('y.npy')];
    const { exitCode, stderr } = await runCli('infer', ...args);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('text.jpg: ');
  });
});
