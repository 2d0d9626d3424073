import type { NoticeIssuedV2 } from '@liaison/contracts';
import { aNotice } from '@liaison/testing';
import { factsOf } from './facts';

const birthDateOf = (overrides: Partial<NoticeIssuedV2>) =>
  factsOf({ content: aNotice(overrides), protection: { identity: false, address: false } }).birthDate;

describe('the facts of a notice', () => {
  it('are those that the author states', () => {
    expect(factsOf({ content: aNotice(), protection: { identity: true, address: false } })).toEqual({
      departement: '75',
      birthDate: '2001-06-14',
      protectedIdentity: true,
      protectedAddress: false,
    });
  });

  it.each<[string, Partial<NoticeIssuedV2>, string | undefined]>([
    [
      'the established date before the declared one',
      { civilStatus: { real: { birthDate: '2009-01-02' }, declared: { birthDate: '2001-06-14' } } },
      '2009-01-02',
    ],
    [
      'no date where the established one is not whole, even with a declared one',
      { civilStatus: { real: { birthDate: '2009' }, declared: { birthDate: '2001-06-14' } } },
      undefined,
    ],
    ['no date from a month', { civilStatus: { declared: { birthDate: '2001-06' } } }, undefined],
    ['no date from an age band', { civilStatus: { declared: { birthDate: '18-24' } } }, undefined],
    ['no date from an estimated age', { civilStatus: { declared: { estimatedAge: 24 } } }, undefined],
    ['no date against the author, who says it is a minor', { vulnerability: { minor: true } }, undefined],
  ])('take %s', (_, overrides, birthDate) => {
    expect(birthDateOf(overrides)).toBe(birthDate);
  });
});
