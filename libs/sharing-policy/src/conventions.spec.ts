import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { assertEventData, DESCRIPTIONS as events, getEventType } from '@liaison/contracts';
import {
  CASES_SCHEMA,
  compilePolicy,
  CONVENTION_SCHEMA,
  failuresOf,
  parseCases,
  parseConvention,
  parseStatutory,
  project,
  STATUTORY_SCHEMA,
} from './index';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const folder = resolve(__dirname, '../../../conventions');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const named = (ending: RegExp, under = '') =>
  readdirSync(join(folder, under))
    .filter((name) => ending.test(name))
    .map((name) => join(under, name));

const conventions = named(/\.v\d+\.yaml$/).map((name) => parseConvention(read(name), name, sha256));
const statutory = named(/\.yaml$/, 'statutory').map((name) => parseStatutory(read(name), name));
const policy = compilePolicy({
  conventions,
  statutory,
  events,
  sha256,
});

describe('the cases beside the conventions', () => {
  const cases = named(/\.cases\.yaml$/).flatMap((name) => parseCases(read(name), name));

  it.each(cases.map((each) => [`${each.source} ${each.name}`, each] as const))('%s', (_title, each) => {
    expect(failuresOf(each, policy)).toEqual([]);
    for (const path of Object.keys(each.expect.fields ?? {})) {
      expect(
        events.find(({ type }) => type === each.request.event)?.fields.map((field) => field.path),
      ).toContain(path);
    }
  });

  it('every convention has a file of cases', () => {
    const ids = new Set(conventions.map(({ id }) => id));
    expect(named(/\.cases\.yaml$/)).toEqual([...ids].map((id) => `${id}.cases.yaml`).sort());
  });
});

describe('what a decision leaves of a notice', () => {
  const samples = resolve(__dirname, '../../contracts/samples/liaison.notice.issued.v2');
  const released = parseCases(read('police-prefecture.cases.yaml'), 'police-prefecture.cases.yaml').filter(
    ({ request, expect: { allowed } }) =>
      allowed && request.operation === 'release' && request.event === 'liaison.notice.issued.v2',
  );

  const whole = readdirSync(samples)
    .map((name) => ({ name, ...JSON.parse(readFileSync(join(samples, name), 'utf8')) }))
    // The one that is a projection already lacks what a whole notice has.
    .filter(({ name }) => name !== 'generalised.json');

  it.each(whole)('of $name, the recipient accepts', ({ data: notice }) => {
    for (const { request } of released) {
      const event = events.find(({ type }) => type === request.event) ?? { type: '', fields: [] };
      const { data, withheld } = project(notice, policy.decide(request), event);
      expect(() => assertEventData(getEventType(request.event), data, withheld)).not.toThrow();
      const receipt = { ...request, operation: 'receipt' as const, facts: {} };
      expect(policy.checkReceipt(receipt, data).overShared).toEqual([]);
    }
  });

  it('there are whole notices and releases to try', () => {
    expect([whole.length, released.length].every((count) => count >= 3)).toBe(true);
  });
});

describe('the files', () => {
  it('each is named after its id and version', () => {
    for (const { id, version, file } of conventions) expect(file).toBe(`${id}.v${version}.yaml`);
    for (const { id, file } of statutory) expect(file).toMatch(new RegExp(`^statutory/${id}-`));
  });

  it('are signed over the text that stands there', () => {
    const others = conventions.flatMap(({ file, digest, signatures }) =>
      signatures
        .filter(({ valid }) => !valid)
        .map(
          ({ party }) =>
            `${file}: the signature of ${party} is not over this text, whose digest is ${digest}`,
        ),
    );
    expect(others).toEqual([]);
  });

  it('name only events, fields and categories that exist', () => {
    for (const rule of conventions.flatMap(({ rules }) => rules)) {
      const fields = events.filter(({ type }) => rule.events.includes(type)).flatMap((event) => event.fields);
      expect(rule.events.filter((type) => !events.some((event) => event.type === type))).toEqual([]);
      const unknown = [...rule.fields.keys()].filter(
        (path) => !fields.some((field) => field.path === path || field.path.startsWith(`${path}.`)),
      );
      expect(unknown).toEqual([]);
      expect(
        [...rule.categories.keys()].filter((name) => !fields.some(({ category }) => category === name)),
      ).toEqual([]);
    }
  });

  it.each([
    ['convention', CONVENTION_SCHEMA],
    ['statutory', STATUTORY_SCHEMA],
    ['cases', CASES_SCHEMA],
  ])('conventions/%s.schema.json is the schema that the parser uses', (name, schema) => {
    expect(JSON.parse(read(`${name}.schema.json`))).toEqual(JSON.parse(JSON.stringify(schema)));
  });
});

it('every rule of the list of disclosure rules has its file', () => {
  expect(statutory.map(({ id }) => id).sort()).toEqual(
    Array.from({ length: 35 }, (_, index) => `R${String(index + 1).padStart(2, '0')}`),
  );
});
