import fc from 'fast-check';
import type { RecordItem } from '../record/record.dto';
import { chainOf } from './chain';

const NOW = new Date('2026-11-18T10:00:00.000Z');

function item(kind: string, overrides: Partial<RecordItem> = {}): RecordItem {
  return {
    id: `${kind}-${Math.random()}`,
    agency: 'police-75',
    epoch: '01930a1c-7b00-7c3e-9d54-2f6a8b1c0d9e',
    number: 1,
    kind,
    at: '2026-11-18T09:00:00.000Z',
    appendedAt: '2026-11-18T09:00:00.100Z',
    reference: 'c0f4d7a2-3b1e-4e69-8a57-d2c4b6f8e013',
    event: null,
    eventId: null,
    counterpart: 'prefecture-75',
    convention: null,
    reason: null,
    disclosureCommitment: null,
    commitment: `commitment of ${kind}`,
    commitmentHolds: true,
    ...overrides,
  };
}
const disclosure = (commitment: string, overrides: Partial<RecordItem> = {}) =>
  item('disclosure', { commitment, ...overrides });
const receipt = (disclosureCommitment: string, overrides: Partial<RecordItem> = {}) =>
  item('receipt', { agency: 'prefecture-75', counterpart: 'police-75', disclosureCommitment, ...overrides });

describe('the chain of a case', () => {
  it('pairs a disclosure with its receipt', () => {
    const [sent, got] = [disclosure('a'), receipt('a')];
    expect(chainOf([got, sent], NOW)).toEqual({
      links: [{ state: 'paired', disclosure: sent, receipts: [got], unpairedForSeconds: null }],
      others: [],
    });
  });

  it('shows each side that is alone, and since when', () => {
    const sent = disclosure('a');
    const got = receipt('b', { at: '2026-11-18T09:59:00.000Z' });
    expect(chainOf([sent, got], NOW).links).toEqual([
      { state: 'not-received', disclosure: sent, receipts: [], unpairedForSeconds: 3600 },
      { state: 'not-disclosed', disclosure: null, receipts: [got], unpairedForSeconds: 60 },
    ]);
  });

  it('takes a parked event for what became of the disclosure, and both where it was taken up later', () => {
    const parked = receipt('a', { kind: 'parked', reason: 'over-sharing' });
    const later = receipt('a', { at: '2026-11-18T09:30:00.000Z' });
    expect(chainOf([later, disclosure('a'), parked], NOW).links).toMatchObject([
      { state: 'paired', receipts: [{ kind: 'parked' }, { kind: 'receipt' }] },
    ]);
  });

  it('takes a void for what became of the disclosure, told by either side and by nobody else', () => {
    const taken = item('voided', { disclosureCommitment: 'a' });
    expect(chainOf([disclosure('a'), taken], NOW).links).toMatchObject([
      { state: 'paired', receipts: [taken] },
    ]);
    const dropped = receipt('a', { kind: 'voided' });
    expect(chainOf([disclosure('a'), dropped], NOW).links).toMatchObject([{ state: 'paired' }]);
    const foreign = receipt('a', { kind: 'voided', agency: 'prefecture-13' });
    expect(
      chainOf([disclosure('a'), foreign], NOW)
        .links.map(({ state }) => state)
        .sort(),
    ).toEqual(['not-disclosed', 'not-received']);
  });

  it('does not believe a receipt of another agency than the one that it was disclosed to', () => {
    const links = chainOf([disclosure('a'), receipt('a', { agency: 'prefecture-13' })], NOW).links;
    expect(links.map(({ state }) => state).sort()).toEqual(['not-disclosed', 'not-received']);
  });

  it('loses no record and shows none twice', () => {
    const commitments = fc.constantFrom('a', 'b', 'c', 'd');
    const any = fc.oneof(
      commitments.map((commitment) => disclosure(commitment)),
      fc
        .tuple(commitments, fc.constantFrom('receipt', 'parked', 'voided'))
        .map(([of, kind]) => receipt(of, { kind })),
      fc.constantFrom('read', 'refusal', 'search', 'acknowledgement').map((kind) => item(kind)),
    );
    const records = fc.uniqueArray(any, {
      // An honest author commits to a record once.
      selector: ({ kind, commitment, id }) => (kind === 'disclosure' ? commitment : id),
      maxLength: 20,
    });
    fc.assert(
      fc.property(records, (given) => {
        const { links, others } = chainOf(given, NOW);
        const shown = [
          ...links.flatMap(({ disclosure: sent, receipts }) => [...(sent ? [sent] : []), ...receipts]),
          ...others,
        ];
        expect(shown.map(({ id }) => id).sort()).toEqual(given.map(({ id }) => id).sort());
        for (const { state, unpairedForSeconds } of links) {
          expect(unpairedForSeconds === null).toBe(state === 'paired');
        }
      }),
    );
  });
});
