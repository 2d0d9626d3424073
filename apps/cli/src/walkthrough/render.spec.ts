import type { AuditItem, NoticeView } from './answers';
import type { Crossing } from './crossing';
import {
  acknowledgedLines,
  crossingLines,
  earlierLines,
  previewLines,
  refusalLines,
  trailLines,
} from './render';
import { WIDTH } from './table';

const ID = '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20';
const AT = '2026-11-18T09:42:18.011Z';

const field = (path: string, treatment: string, rule: string, ...articles: string[]) => ({
  path,
  treatment,
  rules: [rule],
  articles,
});
const decided = [
  { ...field('travel.debt.amount', 'release', 'police-prefecture/notice', 'CESEDA R425-1'), value: 50_000 },
  {
    ...field('exploitation.from', 'generalise', 'police-prefecture/notice', 'CPP 11'),
    to: 'month',
    value: 'x',
  },
  {
    ...field('contact.phone', 'withhold', 'police-prefecture/notice', 'RGPD 5(1)(c)', 'CPP 706-57'),
    value: 'x',
  },
];
const delivery = {
  eventId: ID,
  recipient: 'prefecture-75',
  state: 'acknowledged',
  reason: null,
  at: AT,
  convention: 'police-prefecture@1',
  auditRecord: ID,
  acknowledgements: [{ role: 'desk', unit: 'desk', acknowledgedAt: '2026-11-18T09:50:00.000Z' }],
};
const desk: NoticeView = {
  id: ID,
  reference: ID,
  sender: 'police-75',
  receivedAt: AT,
  acknowledgeBy: '2026-11-21T09:42:18.011Z',
  state: 'new',
  content: {
    travel: { debt: { amount: 50_000, currency: 'EUR' } },
    assessment: { danger: `Known ${'and feared '.repeat(20)}` },
  },
  withheld: ['contact.email', 'contact.phone', 'procedure.reference'],
  provenance: {},
};
const crossing: Crossing = {
  acceptedAt: AT,
  delivery,
  states: [
    { state: 'sent', byMs: 12.4 },
    { state: 'delivered', byMs: 61.2, notBeforeMs: 40 },
  ],
  latency: { receivedMs: 21, visibleByMs: 38.6, visibleNotBeforeMs: 26.2 },
  desk,
  caseworker: {
    ...desk,
    content: { travel: { debt: { amount: 50_000, currency: 'EUR' } } },
    withheld: ['assessment.danger', ...desk.withheld],
  },
};
const record = (overrides: Partial<AuditItem>): AuditItem => ({
  reference: null,
  id: ID,
  agency: 'police-75',
  number: 7,
  kind: 'disclosure',
  at: AT,
  event: 'liaison.notice.issued.v2',
  eventId: ID,
  counterpart: 'prefecture-75',
  convention: null,
  reason: null,
  disclosureCommitment: null,
  commitment: 'ab'.repeat(32),
  commitmentHolds: true,
  ...overrides,
});

const shown = {
  preview: previewLines({
    draft: { id: ID, version: 1, etag: '"1"' },
    preview: {
      recipient: 'prefecture-75',
      allowed: true,
      denial: null,
      convention: 'police-prefecture@1',
      fields: [...decided, field('contact.email', 'withhold', 'police-prefecture/notice')],
      sees: {},
      withheld: [],
    },
    decided,
  }),
  crossing: crossingLines(crossing),
  acknowledged: acknowledgedLines({
    answer: {
      recipient: 'police-75',
      decision: {
        allowed: true,
        convention: 'police-prefecture@1',
        fields: [
          field('acknowledgedAt', 'release', 'police-prefecture/acknowledgement', 'CESEDA R425-1'),
          field('role', 'release', 'police-prefecture/acknowledgement', 'CESEDA R425-1'),
        ],
      },
    },
    delivery,
    states: [{ state: 'acknowledged', byMs: 30 }],
    acceptedAt: AT,
  }),
  refusal: refusalLines({
    noticeId: ID,
    recipient: 'asso-refuge',
    denial: { code: 'no-convention', rules: ['R01'], articles: [] },
    decided: [{ ...field('procedure.departement', 'withhold', 'R01', 'RGPD 25(2)'), value: '75' }],
    delivery: { ...delivery, state: 'refused', reason: 'no-convention' },
  }),
  trail: trailLines({
    reference: ID,
    records: [record({}), record({ kind: 'receipt', agency: 'prefecture-75', commitmentHolds: false })],
    pairs: 1,
    refusal: record({ kind: 'refusal', counterpart: 'asso-refuge' }),
    numbers: [
      { agency: 'police-75', epoch: ID, highest: 9, count: 9, missing: [], refused: [], duplicates: [] },
    ],
  }),
};

it.each(Object.entries(shown))('%s fits the terminal', (_, lines) => {
  expect(lines.filter((line) => line.length > WIDTH)).toEqual([]);
});

const columnsOf = (lines: readonly string[], start: string): string[] =>
  (lines.find((line) => line.trim().startsWith(start)) ?? '').trim().split(/ {2,}/);

it('the preview has treatment, rule and article of each field that has a value', () => {
  expect(columnsOf(shown.preview, 'travel.debt.amount')).toEqual([
    'travel.debt.amount',
    'release',
    'police-prefecture/notice',
    'CESEDA R425-1',
  ]);
  expect(columnsOf(shown.preview, 'exploitation.from')[1]).toBe('generalise (month)');
  expect(shown.preview.join('\n')).toContain('1 more fields');
  expect(shown.preview.join('\n')).not.toContain('contact.email');
});

it('the recipient has values and marks, by role, and no reasons', () => {
  expect(columnsOf(shown.crossing, 'travel.debt.amount')).toEqual([
    'travel.debt.amount',
    '50000',
    'the same',
  ]);
  expect(columnsOf(shown.crossing, 'assessment.danger')[2]).toBe('[withheld]');
  expect(columnsOf(shown.crossing, 'contact:')).toEqual([
    'contact: email, phone',
    '[withheld]',
    '[withheld]',
  ]);
  expect(shown.crossing.join('\n')).not.toMatch(/CPP|RGPD|police-prefecture/);
});

it('the latency is what was measured', () => {
  const text = shown.crossing.map((line) => line.trim()).join(' ');
  expect(text).toContain('after 21 ms (received_at)');
  expect(text).toContain('answered after 39 ms found it, the look that began at 26 ms did not.');
  expect(text).toContain('after its 202: sent (by 12 ms), delivered (by 61 ms).');
});

it('a notice that the first look found has no time before which it was not there', () => {
  const lines = crossingLines({
    ...crossing,
    latency: { receivedMs: 2, visibleByMs: 9, visibleNotBeforeMs: null },
  });
  expect(lines.map((line) => line.trim()).join(' ')).toContain('answered after 9 ms found it. One notice');
});

it('the acknowledgement and the refusal say who and why', () => {
  expect(shown.acknowledged.join('\n')).toContain('role desk, unit desk, at 2026-11-18T09:50:00.000Z');
  expect(shown.refusal.join('\n')).toContain('it is refused and does not leave: no-convention (R01).');
});

it('a record that is not what its author committed to stands out', () => {
  const rows = shown.trail.filter((line) => line.includes('notice.issued'));
  expect(rows.map((row) => row.trim().split(/ {2,}/).at(-1))).toEqual(['yes', 'NO', 'yes']);
  expect(shown.trail.join(' ')).toContain('police-75 1 to 9');
});

it('says whether it found data', () => {
  const none = { written: 0, received: 0, counted: 'all' as const, last: null, known: new Set<string>() };
  expect(earlierLines(none)).toEqual(['  No notices yet: this data is new.']);
  const some = earlierLines({ ...none, written: 4, received: 2, last: AT }).join(' ');
  expect(some).toContain('Found what was there: 4 notices of the brigade, 2 at the préfecture; the last');
  expect(
    earlierLines({ ...none, written: 100, received: 50, counted: 'the newest 100', last: AT }).join(' '),
  ).toContain('(of the newest 100)');
});
