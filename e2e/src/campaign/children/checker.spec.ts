import type { Book, Books, Delivery } from '../../books';
import type { ChildBooks } from './books';
import { findChildFaults } from './checker';
import type { Act } from './diary';

const books = (more: Partial<ChildBooks> = {}): ChildBooks => ({
  told: [{ referral: 'r1', agency: 'ase-75', reference: 'c1', acknowledged: true }],
  referred: [{ agency: 'ase-75', reference: 'c1', acknowledged: true }],
  places: [{ id: 'p', beds: 1 }],
  known: [{ agency: 'ase-75', place: 'p', free: 0 }],
  stands: [
    { id: 's1', agency: 'ase-75', reference: 'o1', place: 'p', beds: 1, state: 'accepted' },
    { id: 's2', agency: 'ase-13', reference: 'o2', place: 'p', beds: 1, state: 'refused' },
  ],
  offers: [
    { id: 'o1', agency: 'ase-75', reference: 'o1', place: 'p', state: 'accepted', addressed: true },
    { id: 'o2', agency: 'ase-13', reference: 'o2', place: 'p', state: 'declined', addressed: false },
  ],
  flights: [{ flight: 'f', from: 'asso-refuge', to: 'police-75', state: 'reported', noted: true }],
  heard: [{ flight: 'f', from: 'asso-refuge', to: 'police-75', state: 'gone', noted: true }],
  conflicts: [{ conflict: 'k', state: 'taken-over', competent: '13' }],
  claims: [{ conflict: 'k', state: 'taken-over', competent: '13' }],
  arbitrations: [{ conflict: 'k', state: 'decided', competent: '13' }],
  ordered: [{ reference: 'j', state: 'sent' }],
  orders: [{ reference: 'j', state: 'received' }],
  ...more,
});

const act = (step: Act['step'], service: Act['service'], id: string, certain = true): Act => ({
  step,
  service,
  id,
  certain,
});
const ACTS = [
  act('declare', 'association', 'p'),
  act('refer', 'association', 'r1'),
  act('acknowledge', 'ase', 'r1'),
  act('offer', 'ase', 'q1'),
  act('offer', 'ase-13', 'q2'),
  act('accept', 'association', 's1'),
  act('report', 'association', 'f'),
  act('note', 'police', 'f'),
  act('claim', 'ase', 'k'),
  act('decide', 'partner', 'k'),
  act('hand-over', 'ase', 'k'),
  act('take-over', 'ase-13', 'k'),
  act('order', 'partner', 'j'),
];

const book = (...types: readonly (readonly [string, string])[]): Book => ({
  agency: 'any',
  intents: 0,
  unmarkedLanes: 0,
  unacknowledged: 0,
  inbox: [],
  records: [],
  deliveries: types.map(([type, recipient], index): Delivery => ({
    id: String(index),
    kind: 'event',
    state: 'frozen',
    type: `liaison.${type}.v1`,
    caseId: null,
    recipient,
    topic: 'any',
    reference: null,
    epoch: null,
    sequence: null,
    commitment: null,
  })),
});
const SENT = {
  association: [
    ['referral.made', 'ase-75'],
    ['referral.made', 'parquet-75'],
    ['placement.answered', 'ase-75'],
    ['placement.answered', 'ase-75'],
    ['placement.answered', 'ase-13'],
    ['flight.reported', 'police-75'],
  ],
  ase: [
    ['referral.acknowledged', 'asso-refuge'],
    ['placement.offered', 'asso-refuge'],
    ['competence.claimed', 'ase-13'],
    ['competence.handed-over', 'ase-13'],
  ],
  'ase-13': [
    ['placement.offered', 'asso-refuge'],
    ['competence.taken-over', 'ase-75'],
  ],
  partner: [
    ['competence.decided', 'ase-75'],
    ['placement.ordered', 'ase-75'],
  ],
  police: [['flight.acknowledged', 'asso-refuge']],
} as const;
const delivered = (sent: Partial<Record<keyof typeof SENT, readonly (readonly [string, string])[]>> = {}) => {
  const all = Object.entries({ ...SENT, ...sent }).map(([service, types]) => [service, book(...types)]);
  return { agencies: Object.fromEntries(all) as unknown } as Books;
};

test('nothing is found where both sides say the same, each bed has one holder and each act one event', () => {
  expect(findChildFaults(books(), delivered(), ACTS)).toEqual([]);
});

const [accepted, declined] = books().offers as [ChildBooks['offers'][number], ChildBooks['offers'][number]];
const [taken, refused] = books().stands as [ChildBooks['stands'][number], ChildBooks['stands'][number]];

test.each<readonly [string, Partial<ChildBooks>, RegExp]>([
  [
    'a bed that the shelter gives twice',
    {
      stands: [taken, { ...refused, state: 'held' }],
      offers: [accepted, { ...declined, state: 'held' }],
    },
    /gives 2 of the 1 beds of p/,
  ],
  [
    'a bed that two children have by the books of those who asked',
    { offers: [accepted, { ...declined, state: 'held' }] },
    /2 children have one of the 1 beds/,
  ],
  [
    'a holder on one side only',
    { stands: [{ ...taken, state: 'lapsed' }, refused] },
    /accepted for who asked, and lapsed/,
  ],
  ['a bed in another place', { stands: [{ ...taken, place: 'q' }, refused] }, /offer ase-75 o1/],
  [
    'a bed that is believed to be free',
    { known: [{ agency: 'ase-13', place: 'p', free: 1 }] },
    /believes that 1/,
  ],
  ['an offer that nobody made', { offers: [accepted] }, /an offer that nobody made: ase-13 o2/],
  [
    'an address that stays with what is over',
    { offers: [accepted, { ...declined, addressed: true }] },
    /o2 is declined and has an address/,
  ],
  ['a referral that did not arrive', { referred: [] }, /its recipient does not have so: ase-75 c1/],
  [
    'a referral that somebody else has too',
    { referred: [...books().referred, { agency: 'ase-13', reference: 'x', acknowledged: false }] },
    /nobody told so: ase-13 x/,
  ],
  [
    'a flight that stays open where it is searched',
    { heard: [{ ...books().heard[0], state: 'found' } as never] },
    /flight/,
  ],
  [
    'a child in the charge of both départements',
    { conflicts: [{ conflict: 'k', state: 'handed-over', competent: '13' }] },
    /in the charge of both/,
  ],
  [
    'a child in the charge of none',
    { claims: [{ conflict: 'k', state: 'file-received', competent: '13' }] },
    /in the charge of nobody/,
  ],
  [
    'two competent départements',
    { claims: [{ conflict: 'k', state: 'taken-over', competent: '75' }] },
    /competent by k: 13, 75, 13/,
  ],
  [
    'an order that is obeyed on one side',
    { orders: [{ reference: 'j', state: 'obeyed' }] },
    /j sent|j received/,
  ],
  ['what was accepted and is not there', { told: [], referred: [] }, /accepted and not done: refer r1/],
])('it finds %s', (_, more, found) => {
  expect(findChildFaults(books(more), delivered(), ACTS).join('\n')).toMatch(found);
});

test('it finds an event that is missing, and one too many; what may have been done counts as either', () => {
  const twice = delivered({ police: [...SENT.police, ...SENT.police] });
  expect(findChildFaults(books(), twice, ACTS)).toEqual(['police flight.acknowledged: 1 accepted, 2 sent']);
  const perhaps = [...ACTS, act('note', 'police', '', false)];
  expect(findChildFaults(books(), twice, perhaps)).toEqual([]);
  expect(findChildFaults(books(), delivered(), perhaps)).toEqual([]);
  expect(findChildFaults(books(), delivered({ police: [] }), perhaps)).toEqual([
    'police flight.acknowledged: 1 accepted and 1 perhaps, 0 sent',
  ]);
});
