import { changedConvention, currentConvention } from '@liaison/testing';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { compile, readSet } from './convention-set';
import { decideAll } from './decide';

const policy = compile(readSet([]));
const VERSION = Number(currentConvention('police-prefecture').split('@')[1]);
const NOW = new Date('2026-05-01T08:00:00Z');
const notice = {
  at: '2026-03-02T09:00:00Z',
  purpose: 'residence-of-victims',
  operation: 'release',
  from: { agency: 'police-75', kind: 'police', departement: '75' },
  to: { agency: 'prefecture-75', kind: 'prefecture', departement: '75' },
  relation: ['competent'],
  event: 'liaison.notice.issued.v2',
  facts: { age: 'adult', protectedIdentity: false, protectedAddress: false },
};
const { at: _at, ...undated } = notice;

interface Answer {
  readonly allowed: boolean;
  readonly denial?: { readonly code: string };
  readonly fields: Readonly<Record<string, { readonly treatment: string; readonly to?: string }>>;
  readonly validUntil: string | null;
  readonly digest: string;
  readonly at: string;
}

async function written(input: string, json = true, asked = policy): Promise<string> {
  const parts: string[] = [];
  const output = new Writable({
    write(chunk, _encoding, done) {
      parts.push(String(chunk));
      done();
    },
  });
  await decideAll(asked, Readable.from([Buffer.from(input)]), output, { json, now: () => NOW });
  return parts.join('');
}
async function answers(...requests: readonly object[]): Promise<Answer[]> {
  const lines = await written(requests.map((request) => JSON.stringify(request)).join('\n'));
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}
const answerTo = async (request: object) => (await answers(request))[0]!;

test('a request is answered with every field, its rules and articles, until when, and one digest', async () => {
  const answer = await answerTo(notice);
  expect(answer).toEqual({
    allowed: true,
    fields: expect.objectContaining({
      'exploitation.from': {
        treatment: 'generalise',
        to: 'month',
        rules: ['police-prefecture/notice'],
        articles: ['CPP 11'],
      },
    }) as unknown,
    obligations: expect.arrayContaining([
      { kind: 'acknowledge-within', value: 'P3D', rule: 'police-prefecture/notice' },
    ]) as unknown,
    validUntil: '2030-01-01T00:00:00.000Z',
    digest: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
    at: '2026-03-02T09:00:00.000Z',
    conventions: [{ id: 'police-prefecture', version: VERSION }],
    legalBases: expect.any(Array) as unknown,
  });
  expect((await answerTo(notice)).digest).toBe(answer.digest);
});

test('one document may stand on many lines, and documents one on each', async () => {
  const [line] = await answers(notice);
  expect(JSON.parse(await written(`\n${JSON.stringify(notice, null, 2)}\n`))).toEqual(line);
  expect(await answers(notice, { ...notice, purpose: 'statistics' }, notice)).toEqual([
    line,
    expect.objectContaining({
      allowed: false,
      denial: expect.objectContaining({ code: 'purpose-not-allowed' }),
    }),
    line,
  ]);
});

test.each([
  ['everything', {}],
  ['the purpose', { ...notice, purpose: undefined }],
  ['the sender', { ...notice, from: undefined }],
  ['the kind of the sender', { ...notice, from: { agency: 'police-75' } }],
  ['the recipient', { ...notice, to: undefined }],
  ['the relation', { ...notice, relation: undefined }],
  ['the event', { ...notice, event: undefined }],
  ['the role of who reads', { ...notice, operation: 'read' }],
  ['the operation, and the role with it', { ...notice, operation: undefined }],
])('without %s nothing is allowed', async (_what, request) => {
  expect((await answerTo(request)).allowed).toBe(false);
});

test('without the operation each field is treated as by the one that protects it most', async () => {
  const floor = (id: string, operation: string, fields: string) => `id: ${id}
title: '${id}'
mark: floor
liftedByVitalInterest: false
articles: [{ article: '${id}', checked: 'text', source: 'invented' }]
inForce: { from: 2004-03-10 }
forbids:
  - events: ['*']
    operations: [${operation}]
    withholds: [${fields}]
`;
  const folder = changedConvention('police-prefecture', (text) => text);
  writeFileSync(join(folder, 'statutory', 'R98.yaml'), floor('R98', 'read', 'civilStatus.real.familyName'));
  writeFileSync(
    join(folder, 'statutory', 'R99.yaml'),
    floor('R99', 'release', 'civilStatus.real.givenNames, civilStatus.real.birthDate'),
  );
  const request = { ...notice, operation: undefined, role: 'desk' };
  const text = await written(JSON.stringify(request), true, compile(readSet([folder])));
  rmSync(folder, { recursive: true });
  const { allowed, fields } = JSON.parse(text) as Answer;
  expect(allowed).toBe(true);
  const real = ['familyName', 'givenNames', 'birthDate', 'birthCountry'];
  expect(real.map((name) => fields[`civilStatus.real.${name}`]?.treatment)).toEqual([
    'withhold',
    'withhold',
    'withhold',
    'release',
  ]);
});

test('two agencies that nobody named are not the same', async () => {
  const read = {
    ...notice,
    operation: 'read',
    role: 'officer',
    from: { kind: 'police' },
    to: { kind: 'police' },
  };
  expect(await answerTo(read)).toMatchObject({ allowed: false, denial: { code: 'relation-missing' } });
});

test('a fact that is missing or unknown protects', async () => {
  const missing = await answerTo({ ...notice, facts: { age: 'adult' } });
  const unknown = await answerTo({
    ...notice,
    facts: { age: 'adult', protectedIdentity: 'unknown', protectedAddress: 'unknown' },
  });
  for (const { fields } of [missing, unknown]) {
    expect(fields['civilStatus.real.familyName']?.treatment).toBe('withhold');
    expect(fields['address.departement']?.treatment).toBe('withhold');
  }
});

test('without an instant it is decided now', async () => {
  expect((await answerTo(undated)).at).toBe(NOW.toISOString());
});

test.each([
  ['', 'stdin:1:1: nothing to decide'],
  ['{"at":}', 'stdin:1:7: this is not JSON'],
  ['{\n "purpose": "x",\n "at": nope\n}', 'stdin:3:9: this is not JSON'],
  ['{"purpose":"x"}\n\n{"purpose":"x"', 'stdin:3:15: this is not JSON'],
  [
    '{"purpose":"x"}\n{"facts":{"age":"minor"}}\n{"facts":{"aeg":"minor"}}',
    'stdin:3:11: unknown name `aeg` in `facts`',
  ],
  [
    '{"facts":{"age":"young"}}',
    'stdin:1:17: `facts.age` must be equal to one of the allowed values: minor, adult',
  ],
  ['{"relation":"competent"}', 'stdin:1:13: `relation` must be array'],
  [
    '{"relation":["competend"]}',
    'stdin:1:14: `relation.0` must be equal to one of the allowed values: competent',
  ],
  ['{"operation":"send"}', 'stdin:1:14: `operation` must be equal'],
  ['{"role":"boss"}', 'stdin:1:9: `role` must be equal'],
  ['{"at":"yesterday"}', 'stdin:1:7: `at` must match'],
  ['{"at":"2026-02-31T00:00:00Z"}', 'stdin:1:7: `2026-02-31T00:00:00Z` is not an instant of the calendar'],
  ['{"form":{}}', 'stdin:1:2: unknown name `form` in the file'],
  ['[]', 'stdin:1:1: the file must be object'],
  [`{"event":"${'x'.repeat(1_000_001)}"}`, 'stdin:1:1: a request of more than a million characters'],
])('%.40j is not understood: one line says where', async (input, message) => {
  await expect(written(input)).rejects.toMatchObject({
    code: 'request-invalid',
    message: expect.stringContaining(message) as unknown,
  });
});

test('people read the same as a table', async () => {
  const page = await written(JSON.stringify(notice), false);
  expect(page).toContain('Allowed');
  expect(page).toContain(`under police-prefecture version ${VERSION}`);
  expect(page).toMatch(/exploitation\.from +generalise month +police-prefecture\/notice +CPP 11/);
  expect(page).toContain('acknowledge-within P3D (police-prefecture/notice)');
  const denied = await written('{}', false);
  expect(denied).toContain('Denied: no-convention (R01');
});
