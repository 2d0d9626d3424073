import { PLACEMENT_ANSWERED } from '@liaison/contracts';
import type { AuditRow, Book, Books, InboxRow } from '../books';
import { findFaultsAfter } from './restored-checker';

const RESTORED = { service: 'ase', backedUpAt: 0, restoredAt: 1 } as const;

const book = (agency: string, more: Partial<Book> = {}): Book => ({
  ...{ agency, intents: 0, unmarkedLanes: 0, unacknowledged: 0, deliveries: [], inbox: [], records: [] },
  ...more,
});
const booksOf = (ase: Partial<Book>, association: Partial<Book> = {}): Books => ({
  agencies: {
    police: book('police-75'),
    prefecture: book('prefecture-75'),
    'audit-log': book('audit-log'),
    ase: book('ase-75', ase),
    association: book('asso-refuge', association),
  },
  ...{ issued: [], received: [], logged: [] },
});
const arrived = (id: string, state: string, reason: string | null, reference = 'r'): InboxRow => ({
  ...{ source: 'asso-refuge', id, state, reason, type: PLACEMENT_ANSWERED, reference, epoch: 'e' },
  sequence: 1,
});
const parking = (eventId: string): AuditRow => ({
  ...{ id: `record of ${eventId}`, kind: 'parked', record: { eventId }, salt: '00', commitment: 'c' },
});
const parkedFaults = (books: Books): string[] =>
  findFaultsAfter(books, RESTORED, []).filter((it) => /parked|waiting|unacknowledged/.test(it));

describe('after an agency was put back to a backup', () => {
  const unheard = {
    inbox: [arrived('a', 'parked', 'offer-unknown'), arrived('b', 'waiting', null)],
    records: [parking('a')],
  };

  it('an answer to what it has forgotten is parked there, and what follows in its case waits', () => {
    expect(parkedFaults(booksOf(unheard, { unacknowledged: 1 }))).toEqual([]);
  });

  it('nothing else waits, nothing is parked for another reason, and nothing with anybody else', () => {
    const other = { ...unheard, inbox: [...unheard.inbox, arrived('c', 'waiting', null, 'another')] };
    expect(parkedFaults(booksOf(other))).not.toEqual([]);
    const wrong = { ...unheard, inbox: [arrived('a', 'parked', 'content-invalid')] };
    expect(parkedFaults(booksOf(wrong))).not.toEqual([]);
    expect(parkedFaults(booksOf({}, unheard))).not.toEqual([]);
    expect(parkedFaults(booksOf(unheard, { unacknowledged: 2 }))).not.toEqual([]);
  });
});
