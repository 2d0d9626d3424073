import { AUDIT_RECORDED_V2, DELIVERY_ACKNOWLEDGED, NOTICE_ISSUED } from '@liaison/contracts';
import type { Book, Books, Delivery } from './books';
import { changesBetween } from './stillness';

const delivery = (id: string, type: string): Delivery => ({
  ...{ id, kind: 'event', state: 'frozen', type, caseId: 'c', recipient: 'b', topic: 't' },
  ...{ reference: 'r', epoch: 'e', sequence: 1, commitment: null },
});
const arrived = (id: string, type: string): Book['inbox'][number] => ({
  ...{ source: 'b', id, state: 'applied', reason: null, type, reference: null, epoch: null, sequence: null },
});
const book = (agency: string, more: Partial<Book> = {}): Book => ({
  ...{ agency, intents: 0, unmarkedLanes: 0, unacknowledged: 0, deliveries: [], inbox: [], records: [] },
  ...more,
});
const books = (police: Partial<Book> = {}, prefecture: Partial<Book> = {}): Books => ({
  agencies: {
    police: book('a', police),
    prefecture: book('b', prefecture),
    'audit-log': book('log'),
  },
  ...{ issued: [], received: [], logged: [] },
});

describe('what changes after everything was settled', () => {
  const ack = { sent: delivery('k1', DELIVERY_ACKNOWLEDGED), got: arrived('k1', DELIVERY_ACKNOWLEDGED) };
  const before = books({ inbox: [ack.got] }, { deliveries: [ack.sent] });

  it('is nothing where a repeat was acknowledged once more', () => {
    const again = { sent: delivery('k2', DELIVERY_ACKNOWLEDGED), got: arrived('k2', DELIVERY_ACKNOWLEDGED) };
    const after = books({ inbox: [ack.got, again.got] }, { deliveries: [ack.sent, again.sent] });
    expect(changesBetween(before, before)).toEqual([]);
    expect(changesBetween(before, after)).toEqual([]);
  });

  it('is named: what came, what went, what is not as it was', () => {
    const late = books({ inbox: [ack.got, arrived('n', NOTICE_ISSUED)] }, { deliveries: [ack.sent] });
    expect(changesBetween(before, late)).toEqual([
      expect.stringMatching(/^a: inbox new after everything was settled: .*"id":"n"/),
    ]);
    expect(changesBetween(before, books({ inbox: [ack.got] }))).toEqual([
      expect.stringMatching(/^b: delivery gone after everything was settled: .*"id":"k1"/),
    ]);
    const cancelled = books({ inbox: [ack.got] }, { deliveries: [{ ...ack.sent, state: 'cancelled' }] });
    expect(changesBetween(before, cancelled)).toHaveLength(2);
    const record = { id: 'x', kind: 'reading', record: {}, salt: '', commitment: 'c' };
    const read = books(
      { inbox: [ack.got], records: [record], deliveries: [delivery('m', AUDIT_RECORDED_V2)] },
      { deliveries: [ack.sent] },
    );
    expect(changesBetween(before, read)).toEqual([
      expect.stringContaining('a: delivery new'),
      expect.stringContaining('a: record new'),
    ]);
    const logged = { id: 'x', agency: 'a', epoch: 'e', number: 1, commitment: 'c' };
    expect(changesBetween(before, { ...before, logged: [logged] })).toHaveLength(1);
  });
});
