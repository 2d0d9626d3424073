import { AppError } from '@liaison/kernel';
import fc from 'fast-check';
import generalised from '../samples/liaison.notice.issued.v2/generalised.json';
import full from '../samples/liaison.notice.issued.v2/every-field.json';
import delivered from '../samples/liaison.delivery.acknowledged.v1/one-case.json';
import { agencyOf, sourceOf } from './envelope';
import { describeEvent } from './field-category';
import { NoticeIssuedV2 } from './events/notice-issued.v2';
import { assertEventData, getEventType, parseEnvelope } from './parse-envelope';
import { parsePayload } from './parse-payload';

function failure(text: string | Uint8Array): AppError {
  try {
    parseEnvelope(text);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('it parsed');
}

const envelopeWith = (changes: object, from: object = full) => JSON.stringify({ ...from, ...changes });
const noticeWith = (changes: object) => envelopeWith({ data: { ...full.data, ...changes } });

describe('parseEnvelope', () => {
  it.each([
    ['nothing', '', 'envelope-not-json'],
    ['no JSON', 'Osagie', 'envelope-not-json'],
    ['half of it', JSON.stringify(full).slice(0, 500), 'envelope-not-json'],
    ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'envelope-not-json'],
    ['too much', `"${'x'.repeat(256 * 1024)}"`, 'envelope-too-large'],
    ['too much, counted in bytes', `"${'é'.repeat(140 * 1024)}"`, 'envelope-too-large'],
    ['too many bytes', new Uint8Array(256 * 1024 + 1), 'envelope-too-large'],
    ['deep lists', '['.repeat(100_000) + ']'.repeat(100_000), 'envelope-too-deep'],
    ['deep objects', `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`, 'envelope-too-deep'],
    ['null', 'null', 'envelope-invalid'],
    ['a list', '[]', 'envelope-invalid'],
    ['a string', '"Osagie"', 'envelope-invalid'],
    ['an attribute too many', envelopeWith({ traceparent: '00-1-1-00' }), 'envelope-invalid'],
    ['no data', envelopeWith({ data: undefined }), 'envelope-invalid'],
    ['data that are no object', envelopeWith({ data: 'Osagie' }), 'envelope-invalid'],
    ['another version of CloudEvents', envelopeWith({ specversion: '0.3' }), 'envelope-invalid'],
    ['an impossible time', envelopeWith({ time: '2026-02-30T00:00:00Z' }), 'envelope-invalid'],
    ['sequence 0', envelopeWith({ sequence: 0 }), 'envelope-invalid'],
    ['no sequence outside the protocol', envelopeWith({ sequence: undefined }), 'envelope-invalid'],
    [
      'the schema of another type',
      envelopeWith({ dataschema: 'urn:liaison:schema:notice.issued:v1' }),
      'envelope-invalid',
    ],
    ['an unknown thing', envelopeWith({ type: 'liaison.placement.requested.v1' }), 'event-type-unknown'],
    [
      'an older version than ever was',
      envelopeWith({ type: 'liaison.notice.issuing.v1' }),
      'event-type-unknown',
    ],
    ['a newer version', envelopeWith({ type: 'liaison.notice.issued.v3' }), 'event-version-newer'],
    ['data of another type', envelopeWith({ data: delivered.data }), 'event-data-invalid'],
    ['an unknown field', noticeWith({ colour: 'red' }), 'event-data-invalid'],
  ])('refuses %s', (_, text, code) => {
    expect(failure(text)).toMatchObject({ code, retriable: false });
  });

  it('reads an unsequenced protocol event', () => {
    expect(parseEnvelope(JSON.stringify(delivered)).sequence).toBeUndefined();
  });

  it('says where and what to do, in words of the contract', () => {
    const { message, options } = failure(
      noticeWith({
        procedure: {},
        civilStatus: { real: { familyName: '', birthDate: '2026-02-30', nom: 'Osagie' } },
        steps: [{ kind: 'complaint', status: 'soon' }],
      }),
    );
    expect(options.fields).toEqual({
      'procedure.departement': 'is missing',
      'civilStatus.real.familyName': 'must be one line of at most 100 characters',
      'civilStatus.real.birthDate':
        'must be a date that exists, YYYY-MM-DD (or YYYY-MM or YYYY), or an age band such as 25-34',
      'civilStatus.real':
        'has a field that is not one of: familyName, givenNames, nativeName, sex, birthDate, birthPlace, birthCountry, birthCommune, nationalities, verifiedBy, verifiedOn, verifiedThrough, verifiedParts',
      'steps.0.status': 'must be one of undertaken, considered',
    });
    expect(message).toContain('procedure.departement');
  });

  it('never repeats what was in it, neither values nor names of unknown fields', () => {
    const secret = 'Zq7Osagie';
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), (place, asName) => {
        const text = JSON.stringify(full).split('"');
        const index = 1 + 2 * (place % ((text.length - 1) / 2));
        text[index] = asName ? `${secret}":{"${secret}":1},"${text[index]}` : secret;
        let error: unknown;
        try {
          parseEnvelope(text.join('"'));
        } catch (caught) {
          error = caught;
        }
        if (error === undefined) return;
        expect(error).toBeInstanceOf(AppError);
        const { message, stack, options } = error as AppError;
        expect([message, stack, JSON.stringify(options), options.cause].join()).not.toContain(secret);
      }),
      { numRuns: 500 },
    );
  });

  it('throws nothing but AppErrors, whatever the text', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.uint8Array({ maxLength: 200 }));
    fc.assert(fc.property(text, (anything) => expect(failure(anything)).toBeInstanceOf(AppError)));
  });

  it('takes no more than linear time over text made to be slow', () => {
    const starts = ['a'.repeat(30_000), ' '.repeat(30_000), 'a-'.repeat(15_000), '1 '.repeat(15_000)];
    const before = performance.now();
    for (const start of starts) {
      const text = `${start}\u0000`;
      for (const [name, section] of Object.entries(full.data)) {
        if (Array.isArray(section) || name === 'civilStatus' || name === 'vulnerability') continue;
        const slow = Object.fromEntries(Object.keys(section).map((field) => [field, text]));
        expect(failure(noticeWith({ [name]: slow })).code).toBe('event-data-invalid');
      }
      expect(failure(envelopeWith({ purpose: text, subject: text, source: text })).code).toBe(
        'envelope-invalid',
      );
      expect(() => parsePayload(NoticeIssuedV2, { ...full.data, assessment: { danger: text } })).toThrow(
        AppError,
      );
    }
    expect(performance.now() - before).toBeLessThan(5000);
  });
});

describe('what the sender withheld', () => {
  const leaves = describeEvent(getEventType(full.type).class).fields.map(({ path }) => path);

  it('is not missed, and nothing else is forgiven', () => {
    expect(parseEnvelope(JSON.stringify(generalised)).data).toEqual(generalised.data);
    const without = (path: string) => ({ withheld: generalised.withheld.filter((leaf) => leaf !== path) });
    expect(failure(envelopeWith(without('procedure.departement'), generalised)).options.fields).toEqual({
      'procedure.departement': 'is missing',
    });
    expect(failure(envelopeWith(without('travel.debt.amount'), generalised)).options.fields).toEqual({
      'travel.debt.amount': 'is missing',
    });
  });

  it('may be everything', () => {
    expect(() => assertEventData(getEventType(full.type), {}, leaves)).not.toThrow();
  });

  it('explains a civil status without identity only where an identity was withheld', () => {
    const type = getEventType(full.type);
    const data = { procedure: { departement: '75' }, civilStatus: { languages: ['fr'] } };
    const check = (withheld: string[]) => () => assertEventData(type, data, withheld);
    expect(check(['civilStatus.real.familyName'])).not.toThrow();
    expect(check(['civilStatus.declared.aliases'])).not.toThrow();
    expect(check(['civilStatus.documents.number', 'contact.phone'])).toThrow(AppError);
    expect(check([])).toThrow('civilStatus');
  });

  it('explains absence, never a wrong value', () => {
    const data = { ...full.data, civilStatus: { real: { familyName: 7 } }, dates: [] };
    expect(() => assertEventData(getEventType(full.type), data, leaves)).toThrow(
      'civilStatus.real.familyName, dates',
    );
  });

  it('explains missing fields of list items', () => {
    const data = { ...full.data, steps: [{ kind: 'complaint' }] };
    const type = getEventType(full.type);
    expect(() => assertEventData(type, data, ['steps.status'])).not.toThrow();
    expect(() => assertEventData(type, data, ['steps.on'])).toThrow('steps.0.status');
  });
});

it('an agency and the source of its envelopes are one to one', () => {
  expect(sourceOf('police-75')).toBe('urn:liaison:agency:police-75');
  expect(agencyOf(full.source)).toBe('police-75');
});
