import { AppError } from '@liaison/kernel';
import full from '../samples/liaison.notice.issued.v2/every-field.json';
import { NoticeIssuedV2 } from './events/notice-issued.v2';
import { parsePayload } from './parse-payload';

function problems(value: unknown) {
  try {
    parsePayload(NoticeIssuedV2, value);
  } catch (error) {
    if (error instanceof AppError) return error.options.fields;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('parsePayload', () => {
  it('gives an instance with the same content', () => {
    const notice = parsePayload(NoticeIssuedV2, full.data);
    expect(notice).toBeInstanceOf(NoticeIssuedV2);
    expect(JSON.parse(JSON.stringify(notice))).toEqual(full.data);
  });

  it('says where and what to do, without values or unknown names', () => {
    expect(
      problems({
        procedure: {},
        civilStatus: { declared: { givenNames: ['', 'Blessing'], estimatedAge: 'about 20', nom: 'Osagie' } },
        contact: 'none',
        exploitation: { places: ['Paris'], meansOfControl: 'debt' },
        steps: [{ kind: 'complaint', status: 'soon' }],
      }),
    ).toEqual({
      'procedure.departement': 'must be the INSEE code of a département',
      'civilStatus.declared': expect.stringMatching(
        /^has a field that is not one of: familyName, givenNames, /,
      ),
      'civilStatus.declared.givenNames': 'each value in it must be one line of at most 100 characters',
      'civilStatus.declared.estimatedAge': 'must be a whole number from 0 to 120',
      contact: 'must be an object',
      'exploitation.places': 'each value in it must be an object',
      'exploitation.places.0': 'each value in it must be an object',
      'exploitation.meansOfControl': 'must be a list of at most 20',
      'steps.0.status': 'must be one of undertaken, considered',
    });
  });

  it('refuses depth before it recurses', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`) as unknown;
    expect(problems(deep)).toEqual({ $: 'must nest at most 32 levels' });
  });
});
