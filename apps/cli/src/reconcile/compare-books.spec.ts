import fc from 'fast-check';
import {
  compareBooks,
  type Comparison,
  type Direction,
  type ReceivedEntry,
  type SentEntry,
} from './compare-books';

const AT = '2026-11-18T12:00:00.000Z';
const HOUR = 3_600_000;
const OLD = '2026-11-18T09:00:00.000Z';
const YOUNG = '2026-11-18T11:59:00.000Z';

type Books = Pick<Direction, 'sent' | 'received'>;

const compared = (books: Books): Comparison =>
  compareBooks({ from: 'police-75', to: 'prefecture-75', ...books }, AT, HOUR);
const said = (books: Books): string[] =>
  compared(books).differences.map(({ what, how, id }) => `${what} ${how} ${id}`);

function event(reference: string, sequence: number): { sent: SentEntry; received: ReceivedEntry } {
  const id = `${reference}-${sequence}`;
  const common = { reference, epoch: 'epoch-1', sequence, id, at: OLD, digest: `bytes of ${id}` };
  const recorded = `disclosure of ${id}`;
  return {
    sent: { ...common, kind: 'event', state: 'delivered', recorded },
    received: { ...common, state: 'applied', reason: null, disclosure: recorded, recorded },
  };
}

/** Books that agree: some cases with some events each, none lost. */
const agreeing = fc
  .array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 })
  .map((lengths) =>
    lengths.flatMap((length, index) =>
      Array.from({ length }, (_, sequence) => event(`case-${index}`, sequence + 1)),
    ),
  )
  .map((events) => ({
    sent: events.map(({ sent }) => sent),
    received: events.map(({ received }) => received),
  }));

/** Agreeing books, and the place in them of one event. */
const withOne = agreeing.chain((books) =>
  fc.record({ books: fc.constant(books), at: fc.nat({ max: books.sent.length - 1 }) }),
);

const changedAt = <T>(list: readonly T[], at: number, change: Partial<T>): T[] =>
  list.map((item, index) => (index === at ? { ...item, ...change } : item));

describe('comparing two books', () => {
  it('finds nothing where they agree, in whatever order they are read', () => {
    fc.assert(
      fc.property(agreeing, fc.infiniteStream(fc.nat()), ({ sent, received }, weights) => {
        const shuffled = <T>(list: readonly T[]): T[] =>
          list
            .map((item) => ({ item, weight: Number(weights.next().value) }))
            .sort((a, b) => a.weight - b.weight)
            .map(({ item }) => item);
        const { differences, counts } = compared({ sent: shuffled(sent), received: shuffled(received) });
        expect(differences).toEqual([]);
        expect(counts).toEqual({ sent: sent.length, received: sent.length, underWay: 0, parked: 0 });
      }),
    );
  });

  /** One fault in agreeing books is found as what it is, and nothing else is said. */
  const FAULTS: readonly [string, (books: Books, at: number) => Books, (id: string) => string][] = [
    [
      'what was acknowledged is gone',
      ({ sent, received }, at) => ({ sent, received: received.filter((_, index) => index !== at) }),
      (id) => `missing acknowledged-and-not-there ${id}`,
    ],
    [
      'the sender has forgotten it',
      ({ sent, received }, at) => ({ sent: sent.filter((_, index) => index !== at), received }),
      (id) => `unexpected never-sent ${id}`,
    ],
    [
      'other bytes',
      ({ sent, received }, at) => ({ sent, received: changedAt(received, at, { digest: 'others' }) }),
      (id) => `different bytes ${id}`,
    ],
    [
      'no record of the disclosure',
      ({ sent, received }, at) => ({ sent: changedAt(sent, at, { recorded: null }), received }),
      (id) => `unpaired no-disclosure-record ${id}`,
    ],
    [
      'no record of the receipt',
      ({ sent, received }, at) => ({ sent, received: changedAt(received, at, { recorded: null }) }),
      (id) => `unpaired no-receipt-record ${id}`,
    ],
    [
      'the receipt names another disclosure',
      ({ sent, received }, at) => ({ sent, received: changedAt(received, at, { recorded: 'another' }) }),
      (id) => `unpaired another-disclosure-recorded ${id}`,
    ],
    [
      'it waits for what never came',
      ({ sent, received }, at) => ({
        sent: changedAt(sent, at, { state: 'sent' }),
        received: changedAt(received, at, { state: 'waiting', recorded: null }),
      }),
      (id) => `late waiting ${id}`,
    ],
    [
      'nobody told the sender',
      ({ sent, received }, at) => ({ sent: changedAt(sent, at, { state: 'sent' }), received }),
      (id) => `late not-acknowledged ${id}`,
    ],
  ];
  it.each(FAULTS)('finds one fault: %s', (_, fault, expected) => {
    fc.assert(
      fc.property(withOne, ({ books, at }) => {
        expect(said(fault(books, at))).toEqual([expected(books.sent[at]?.id ?? '')]);
      }),
    );
  });

  it('finds another event under a sequence that is taken, on either side', () => {
    fc.assert(
      fc.property(withOne, ({ books: { sent, received }, at }) => {
        const twin = { id: 'zz-twin' };
        const twice = {
          sent: [...sent, ...sent.slice(at, at + 1).map((entry) => ({ ...entry, ...twin }))],
          received: [...received, ...received.slice(at, at + 1).map((entry) => ({ ...entry, ...twin }))],
        };
        expect(said(twice)).toEqual(['doubled received zz-twin', 'doubled sent zz-twin']);
      }),
    );
  });

  it('says nothing of what is under way and younger than the delay', () => {
    fc.assert(
      fc.property(agreeing, fc.nat({ max: 5 }), ({ sent, received }, behind) => {
        const young = sent.map((entry) => ({ ...entry, at: YOUNG, state: 'sent' }));
        const cases = new Map(received.map((entry) => [entry.reference, entry]));
        const last = new Set([...cases.values()].slice(0, behind).map(({ id }) => id));
        const { differences, counts } = compared({
          sent: young,
          received: received.filter(({ id }) => !last.has(id)),
        });
        expect(differences).toEqual([]);
        expect(counts.underWay).toBe(sent.length);
      }),
    );
  });

  it('tells what is late from what is missing: a later event of its case has come', () => {
    const [first, second] = [event('a', 1), event('a', 2)];
    const sent = [first, second].map(({ sent: entry }) => ({ ...entry, state: 'sent' }));
    expect(said({ sent, received: [{ ...second.received, state: 'waiting', recorded: null }] })).toEqual([
      'missing hole a-1',
      'late waiting a-2',
    ]);
    expect(said({ sent, received: [first.received] })).toEqual([
      'late not-acknowledged a-1',
      'late not-arrived a-2',
    ]);
  });

  it('takes a void for what it stands for', () => {
    const { sent, received } = event('a', 1);
    const ofVoid = { id: 'void', kind: 'void', digest: 'bytes of the void', recorded: null };
    const books = {
      sent: [
        { ...sent, state: 'revoked' },
        { ...sent, ...ofVoid },
      ],
      received: [{ ...received, id: 'void', digest: 'bytes of the void', disclosure: null, recorded: null }],
    };
    expect(said(books)).toEqual([]);
  });

  it('counts parked events and takes discarded ones for settled', () => {
    const [one, two] = [event('a', 1), event('a', 2)];
    const books = {
      sent: [one, two].map(({ sent }) => ({ ...sent, state: 'unapplied' })),
      received: [
        { ...one.received, state: 'parked' },
        { ...two.received, state: 'dropped', reason: 'discarded' },
      ],
    };
    expect(compared(books)).toMatchObject({ differences: [], counts: { parked: 1 } });
  });
});
