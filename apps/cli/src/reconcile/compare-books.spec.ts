import fc from 'fast-check';
import { BookComparison, type Comparison, type ReceivedEntry, type SentEntry } from './compare-books';

const AT = '2026-11-18T12:00:00.000Z';
const HOUR = 3_600_000;
const OLD = '2026-11-18T09:00:00.000Z';
const YOUNG = '2026-11-18T11:59:00.000Z';

interface Books {
  readonly sent: readonly SentEntry[];
  readonly received: readonly ReceivedEntry[];
}

const keyOf = ({ reference, sequence, epoch, id }: SentEntry | ReceivedEntry): string =>
  [reference, String(sequence).padStart(9, '0'), epoch, id].join('/');

/** As the services give them: the recipient's by the page, the sender's up to the same place, by the page too. */
function compared({ sent, received }: Books, size = 1000, senderEpoch = 'epoch-1'): Comparison {
  const inOrder = <T extends SentEntry | ReceivedEntry>(list: readonly T[]): T[] =>
    [...list].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const comparison = new BookComparison('police-75', 'prefecture-75', HOUR);
  const [left, arrived] = [inOrder(sent), inOrder(received)];
  do {
    let page = arrived.splice(0, size);
    const last = page.at(-1);
    const upTo =
      last && arrived.length > 0 ? left.filter((it) => keyOf(it) <= keyOf(last)).length : left.length;
    const range = left.splice(0, upTo);
    do {
      comparison.add({ sent: range.splice(0, size), received: page, senderEpoch, at: AT });
      page = [];
    } while (range.length > 0);
  } while (arrived.length > 0);
  return comparison.end();
}
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
  it('finds nothing where they agree, whatever the size of the pages', () => {
    fc.assert(
      fc.property(agreeing, fc.integer({ min: 1, max: 9 }), ({ sent, received }, size) => {
        const { differences, counts } = compared({ sent, received }, size);
        expect(differences).toEqual([]);
        expect(counts).toMatchObject({
          sent: sent.length,
          received: received.length,
          underWay: 0,
          parked: 0,
        });
      }),
    );
  });

  it('finds the same in pages of any size', () => {
    const faulty = fc.record({
      books: agreeing,
      lost: fc.array(fc.nat({ max: 30 }), { maxLength: 5 }),
      forgotten: fc.array(fc.nat({ max: 30 }), { maxLength: 5 }),
      twice: fc.array(fc.nat({ max: 30 }), { maxLength: 2 }),
      moved: fc.array(fc.nat({ max: 30 }), { maxLength: 2 }),
      size: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(faulty, ({ books, lost, forgotten, twice, moved, size }) => {
        const sent = books.sent.filter((_, index) => !forgotten.includes(index));
        const received = books.received
          .filter((_, index) => !lost.includes(index))
          .map((entry, index) =>
            moved.includes(index) ? { ...entry, sequence: entry.sequence + 3 } : entry,
          );
        for (const index of twice) {
          const entry = received[index];
          if (entry) received.push({ ...entry, id: `${entry.id}-twin` });
        }
        expect(compared({ sent, received }, size)).toEqual(compared({ sent, received }));
      }),
    );
  });

  it('says what a sender has forgotten in a restore, and counts the messages of records that the log kept', () => {
    const of = (reference: string, sequence: number, epoch: string, kind = 'event') => {
      const { sent, received } = event(reference, sequence);
      return { sent: { ...sent, epoch, kind }, received: { ...received, epoch } };
    };
    const [before, after] = [of('a', 1, 'epoch-1'), of('a', 1, 'epoch-2')];
    const renamed = { sent: { ...after.sent, id: 'a-new' }, received: { ...after.received, id: 'a-new' } };
    const records = [of('r', 1, 'epoch-1', 'audit'), of('r', 2, 'epoch-1', 'audit')] as const;
    const books = {
      sent: [before.sent, renamed.sent, records[0].sent],
      received: [before, of('a', 2, 'epoch-1'), renamed, ...records].map(({ received }) => received),
    };
    const { differences, counts } = compared(books, 1000, 'epoch-2');
    expect(differences.map(({ what, how, id }) => `${what} ${how} ${id}`)).toEqual([
      'forgotten sent-after-the-backup a-2',
    ]);
    expect(counts.recordsKept).toBe(1);
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
