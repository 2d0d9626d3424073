import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseConvention } from './parse';
import { sha256 } from './samples.test';
import { signed } from './sign';

const file = resolve(__dirname, '../../../conventions/police-prefecture.v1.yaml');
const text = readFileSync(file, 'utf8');
const SIGNING = { party: 'prefectures', by: 'Prefect: in charge', on: '2025-02-03' };
const sign = (written: string) => signed(written, 'x.yaml', SIGNING, sha256);
/** The convention with its list of signatures written otherwise. */
const having = (signatures: string) =>
  text.replace(/\nsignatures:\n(?: .*\n)+/, `\nsignatures:${signatures}\n`);

test.each([
  ['an earlier one of the same party gives way', text],
  ['the list is empty', having(' []')],
  [
    'the list has one of another party',
    having(
      '\n  - { party: investigating-services, by: A, on: 2024-12-02, digest: '.concat('a'.repeat(64), ' }'),
    ),
  ],
  [
    'the list stands on one line',
    having(` [{ party: investigating-services, by: A, on: 2024-12-02, digest: ${'a'.repeat(64)} }]`),
  ],
])('where %s, the signature counts and the rest of the text stays as it was', (_what, before) => {
  const after = sign(before);
  const { signatures } = parseConvention(after, 'x.yaml', sha256);
  expect(signatures.filter(({ party }) => party === 'prefectures')).toEqual([
    expect.objectContaining({ by: 'Prefect: in charge', on: new Date('2025-02-03'), valid: true }),
  ]);
  expect(signatures.some(({ party }) => party === 'investigating-services')).toBe(
    before.includes('party: investigating-services'),
  );
  const rest = (whole: string) => whole.replace(/\nsignatures:.*\n(?: .*\n)*/, '\n');
  expect(rest(after)).toBe(rest(before));
  expect(sign(after)).toBe(after);
});

test('a rule that is changed afterwards makes the signature count for nothing', () => {
  const after = sign(text).replace('travel: release', 'travel: mask');
  expect(parseConvention(after, 'x.yaml', sha256).signatures.map(({ valid }) => valid)).toEqual([
    false,
    false,
  ]);
});

test('nobody signs for a party that the convention does not have, nor a text that does not load', () => {
  expect(() => signed(text, 'x.yaml', { ...SIGNING, party: 'associations' }, sha256)).toThrow(
    /x\.yaml:\d+:\d+: `associations` is no party/,
  );
  expect(() => sign(text.replace('travel: release', 'travl: release'))).toThrow(/unknown name/);
});
