import { commonExchange, type Exchanged, factsOfBoth, requireUnprotected } from './exchanged';

const OPEN = { protectedIdentity: false, protectedAddress: false };
const GIVEN = { to: 'police', purpose: 'orientation-of-adults', value: 'given' } as const;
const by = (reference: string, purposes: readonly string[], facts = {}): Exchanged => ({
  caseId: `case of ${reference}`,
  reference,
  purposes,
  facts,
});
const both = (one: Exchanged['facts'], other: Exchanged['facts']) =>
  factsOfBoth({ facts: one }, { facts: other });

describe('two cases together', () => {
  it('have of each the more protective: a measure on either, and an age only where both have one', () => {
    expect(both({ ...OPEN, adult: true }, { ...OPEN, protectedAddress: true })).toEqual({
      protectedIdentity: false,
      protectedAddress: true,
    });
    expect(both({ birthDate: '2001-01-01' }, { birthDate: '2010-01-01' })).toEqual({
      birthDate: '2010-01-01',
    });
    expect(both({ birthDate: '2001-01-01' }, { adult: true })).toEqual({ birthDate: '2001-01-01' });
    expect(() => requireUnprotected(both(OPEN, { protectedIdentity: false }))).toThrow('measure');
    expect(() => requireUnprotected(both(OPEN, OPEN))).not.toThrow();
  });

  it('have the consent that was given on both, to the same kind of agency for the same purpose (R11)', () => {
    expect(both({ consents: [GIVEN] }, { consents: [GIVEN] })).toEqual({ consents: [GIVEN] });
    for (const other of [
      [],
      [{ ...GIVEN, value: 'withdrawn' as const }],
      [{ ...GIVEN, to: 'association' as const }],
      [{ ...GIVEN, purpose: 'residence-of-victims' }],
    ]) {
      expect(both({ consents: [GIVEN] }, { consents: other })).toEqual({});
      expect(both({ consents: other }, { consents: [GIVEN] })).toEqual({});
    }
  });

  it('are joined by the same references on both sides, whoever names which case first', () => {
    const ones = [by('b', ['residence']), by('a', ['protection'])];
    const others = [by('d', ['protection', 'residence']), by('c', ['protection'])];
    const found = commonExchange(ones, others);
    expect([found.one.reference, found.other.reference, found.purpose]).toEqual(['a', 'c', 'protection']);
    const back = commonExchange([...others].reverse(), [...ones].reverse());
    expect([back.one.reference, back.other.reference]).toEqual(['c', 'a']);
    // A link that there is stays between its own references.
    const kept = commonExchange(ones, others, { first: 'b', second: 'd' });
    expect([kept.one.reference, kept.other.reference, kept.purpose]).toEqual(['b', 'd', 'residence']);
  });

  it('are not joined where they serve different purposes (R04), or where one is not exchanged so', () => {
    expect(() => commonExchange([by('a', ['protection'])], [by('b', ['residence'])])).toThrow('purposes');
    expect(() => commonExchange([by('a', ['x'])], [by('b', ['x'])], { first: 'a', second: 'z' })).toThrow(
      'exchange',
    );
  });
});
