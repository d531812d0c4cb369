import { generateKeyPairSync, randomBytes, randomInt } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  maxCaseBytes,
  type Opener,
  openCase,
  type Recipient,
  recipientOf,
  sealCase,
} from '../../../src/interchange/cases/envelope.ts';
import { CaseFileError } from '../../../src/interchange/cases/errors.ts';
import {
  keyFile,
  keyFingerprint,
  newSharingKey,
  readKeyFile,
} from '../../../src/interchange/cases/keys.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const signingKey = {
  privateKey: privateKey.export({ type: 'pkcs8', format: 'der' }),
  publicKey: publicKey.export({ type: 'spki', format: 'der' }),
};
const cost = { n: 16, r: 8, p: 1 };
const id = '3b241101-e2bb-4255-8caf-4136c566a962';
const document = { question: 'Is it a melanoma?', name: 'Quillfeather' };
const attachments = [randomBytes(5000), Buffer.alloc(0), randomBytes(70)];
const clinic = newSharingKey();
const caseKey = randomBytes(32);
const passphrase = 'copper lantern orchard';

const ways: Record<string, [Recipient, Opener]> = {
  'a passphrase': [{ kind: 'passphrase', passphrase, cost }, { passphrase }],
  'a clinic’s key': [{ kind: 'clinic', publicKey: clinic.publicKey }, { own: clinic }],
  'the key of a case': [{ kind: 'case', caseId: id, key: caseKey }, { caseKey }],
};

const seal = (
  recipient: Recipient,
  format: 'dermaspike-case' | 'dermaspike-answer' = 'dermaspike-case',
) => sealCase({ format, id, document, attachments, recipient, signingKey });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'opened',
    (error: unknown) => {
      if (!(error instanceof CaseFileError)) throw error;
      return error.code;
    },
  );

describe.each(Object.entries(ways))('sealed to %s', (_, [recipient, opener]) => {
  test('it comes back whole, with who sealed it', async () => {
    const opened = await openCase(await seal(recipient), 'dermaspike-case', opener);
    expect(opened).toMatchObject({ id, document });
    expect(opened.attachments.map((each) => Buffer.from(each))).toEqual(attachments);
    expect(Buffer.from(opened.publicKey)).toEqual(signingKey.publicKey);
  });

  test('nothing of it can be read in the file, and no two files are the same', async () => {
    const [one, two] = [await seal(recipient), await seal(recipient)];
    for (const secret of ['Quillfeather', 'melanoma', attachments[0]?.subarray(0, 16) ?? ''])
      expect(one.includes(secret)).toBe(false);
    expect(one.equals(two)).toBe(false);
  });

  test('cut short at any place it is refused', async () => {
    const whole = await seal(recipient);
    for (let n = 0; n < 60; n++) {
      const cut = whole.subarray(0, Math.floor((n / 60) * whole.length));
      expect(await codeOf(openCase(cut, 'dermaspike-case', opener))).toMatch(
        /^case-(truncated|foreign)$/,
      );
    }
    expect(await codeOf(openCase(whole.subarray(0, -1), 'dermaspike-case', opener))).toBe(
      'case-truncated',
    );
  });

  test('a bit changed anywhere, or bytes put in, taken out or added, are refused by name', async () => {
    const whole = await seal(recipient);
    const line = whole.indexOf('\n');
    for (let n = 0; n < 400; n++) {
      const changed = Buffer.from(whole);
      const at = n < 200 ? randomInt(line + 1) : randomInt(whole.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << randomInt(8));
      const code = await codeOf(openCase(changed, 'dermaspike-case', opener));
      expect(code).toMatch(at > line ? /^case-tampered$/ : /^case-(damaged|foreign|truncated)$/);
    }
    for (let n = 0; n < 100; n++) {
      const at = randomInt(whole.length);
      const bytes = randomBytes(randomInt(1, 40));
      for (const other of [
        Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at)]),
        Buffer.concat([whole.subarray(0, at), whole.subarray(at + bytes.length)]),
        Buffer.concat([whole, bytes]),
      ])
        expect(await codeOf(openCase(other, 'dermaspike-case', opener))).toMatch(
          /^case-(damaged|foreign|truncated|tampered)$/,
        );
    }
  });
});

test('a wrong passphrase, another clinic’s key and another case’s are told from damage', async () => {
  const byPassphrase = await seal({ kind: 'passphrase', passphrase, cost });
  const open = (bytes: Buffer, opener: Opener) =>
    codeOf(openCase(bytes, 'dermaspike-case', opener));
  expect(await open(byPassphrase, { passphrase: `${passphrase}s` })).toBe('case-wrong-passphrase');
  expect(await open(byPassphrase, { own: clinic })).toBe('case-wrong-passphrase');
  const byKey = await seal({ kind: 'clinic', publicKey: clinic.publicKey });
  expect(await open(byKey, { own: newSharingKey() })).toBe('case-other-clinic');
  const byCase = await seal({ kind: 'case', caseId: id, key: caseKey });
  expect(await open(byCase, { caseKey: randomBytes(32) })).toBe('case-tampered');
});

test('the same passphrase opens however its letters are composed', async () => {
  const sealed = await seal({ kind: 'passphrase', passphrase: 'Fünf Äpfel aus Köln', cost });
  const decomposed = 'Fünf Äpfel aus Köln'.normalize('NFD');
  expect(await codeOf(openCase(sealed, 'dermaspike-case', { passphrase: decomposed }))).toBe(
    'opened',
  );
});

/** A header of one's own making, with a digest that fits it. */
async function withHeader(change: (header: Record<string, unknown>) => void): Promise<Buffer> {
  const { headerLine } = await import('../../../src/interchange/cases/header.ts');
  const whole = await seal({ kind: 'passphrase', passphrase, cost });
  const end = whole.indexOf('\n');
  const header = JSON.parse(whole.subarray(0, end).toString());
  delete header.digest;
  change(header);
  const { format, ...content } = header;
  return Buffer.concat([headerLine(format, content), whole.subarray(end + 1)]);
}

test('a newer version, another kind of file, and what is none at all are refused by name', async () => {
  const open = (bytes: Buffer) => codeOf(openCase(bytes, 'dermaspike-case', { passphrase }));
  expect(await open(await withHeader((header) => Object.assign(header, { version: 2 })))).toBe(
    'case-newer',
  );
  const answer = await seal({ kind: 'passphrase', passphrase, cost }, 'dermaspike-answer');
  expect(await open(answer)).toBe('case-foreign');
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('\n'),
    Buffer.from('{}\n'),
    Buffer.from('PK\x03\x04 a zip file\n'),
    randomBytes(10_000),
    Buffer.alloc(100_000, '{"format":"dermaspike-case",'),
  ])
    expect(await open(bytes)).toMatch(/^case-(foreign|truncated|damaged)$/);
});

test('sizes that would fill the memory are refused before anything is made room for', async () => {
  const open = (bytes: Buffer) => codeOf(openCase(bytes, 'dermaspike-case', { passphrase }));
  const huge = await withHeader((header) => Object.assign(header, { bytes: 2 ** 40 }));
  expect(await open(huge)).toBe('case-too-large');
  const costly = (more: object) => withHeader((header) => Object.assign(header.to as object, more));
  for (const more of [{ n: 2 ** 30 }, { n: 3 }, { r: 1024 }, { p: 100 }, { salt: 'AAAA' }])
    expect(await open(await costly(more))).toBe('case-damaged');
  const large = Buffer.alloc(maxCaseBytes + 2 ** 21);
  expect(await open(large)).toBe('case-too-large');
  const over = { format: 'dermaspike-case', id, document, signingKey } as const;
  const recipient: Recipient = { kind: 'passphrase', passphrase, cost };
  expect(await codeOf(sealCase({ ...over, attachments: [large], recipient }))).toBe(
    'case-too-large',
  );
  const document9 = { text: 'x'.repeat(9 * 2 ** 20) };
  expect(await codeOf(sealCase({ ...over, document: document9, attachments: [], recipient }))).toBe(
    'case-too-large',
  );
});

test('random bytes behind a header that fits are refused, whatever they are', async () => {
  const whole = await seal({ kind: 'passphrase', passphrase, cost });
  const end = whole.indexOf('\n') + 1;
  for (let n = 0; n < 200; n++) {
    const bytes = Buffer.concat([whole.subarray(0, end), randomBytes(whole.length - end)]);
    expect(await codeOf(openCase(bytes, 'dermaspike-case', { passphrase }))).toBe('case-tampered');
  }
});

test('for whom it is is told without opening it', async () => {
  const sealed = await seal({ kind: 'clinic', publicKey: clinic.publicKey });
  expect(recipientOf(sealed, 'dermaspike-case')).toMatchObject({
    id,
    to: { kind: 'clinic', key: keyFingerprint(clinic.publicKey) },
  });
});

test('a clinic’s key comes back from its file, and a damaged or foreign one is refused', () => {
  const file = keyFile('Hautklinik am See', clinic.publicKey);
  const read = readKeyFile(file);
  expect(read).toMatchObject({ clinicName: 'Hautklinik am See' });
  expect(keyFingerprint(read.publicKey)).toMatch(/^([0-9A-F]{4} ){5}[0-9A-F]{4}$/);
  expect(read.publicKey).toEqual(Buffer.from(clinic.publicKey));
  for (let n = 0; n < 300; n++) {
    const changed = Buffer.from(file);
    const at = randomInt(file.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << randomInt(8));
    expect(() => readKeyFile(changed)).toThrow(CaseFileError);
  }
  expect(() => readKeyFile(keyFile('Other', signingKey.publicKey))).toThrow(CaseFileError);
  expect(() => readKeyFile(Buffer.concat([file, file]))).toThrow(CaseFileError);
});
