import {
  type ConsentCommand,
  type ConsentEvent,
  type Consents,
  decideConsent,
  evolveConsent,
  isGiven,
} from './adults/consent';
import {
  decideOrientation,
  evolveOrientation,
  liveProposal,
  type Orientation,
  type OrientationCommand,
  type OrientationEvent,
} from './adults/orientation';
import {
  type Arbitration,
  type ArbitrationCommand,
  type ArbitrationEvent,
  decideArbitration,
  evolveArbitration,
} from './arbitration';
import { type Beds, type BedsCommand, type BedsEvent, decideBeds, evolveBeds, freeBeds } from './beds';
import {
  type ClaimCommand,
  type ClaimEvent,
  type CompetenceClaim,
  decideClaim,
  evolveClaim,
} from './competence-claim';
import {
  type CompetenceConflict,
  type ConflictCommand,
  type ConflictEvent,
  decideConflict,
  evolveConflict,
} from './competence-conflict';
import { decideFlight, evolveFlight, type Flight, type FlightCommand, type FlightEvent } from './flight';
import {
  decideJudgeOrder,
  evolveJudgeOrder,
  type JudgeOrder,
  type JudgeOrderCommand,
  type JudgeOrderEvent,
} from './judge-order';
import { type Needs, type RankedPlace } from './matching';
import {
  decideRequest,
  evolveRequest,
  liveOffer,
  type PlacementRequest,
  type RequestCommand,
  type RequestEvent,
} from './placement-request';
import {
  decideShelter,
  evolveShelter,
  type ProvisionalShelter,
  type ShelterCommand,
  type ShelterEvent,
} from './provisional-shelter';
import { decideStay, evolveStay, type Stay, type StayCommand, type StayEvent } from './stay';

/** What `stateDiagram` of casework draws. */
interface Drawn<State, Command, Event> {
  readonly decide: (state: State | undefined, command: Command) => Event;
  readonly evolve: (state: State | undefined, event: Event) => State;
  readonly nameOf: (state: State) => string;
  readonly commands: Readonly<Record<string, Command>>;
}

const AT = new Date('2026-03-10T09:00:00Z');
const LATER = new Date('2026-03-10T21:00:00Z');
const DAY = '2026-03-10';
const PLACE: RankedPlace = { place: 'p', departement: '13', fits: true, distanceKm: 660, reasons: [] };

const REQUEST_MACHINE: Drawn<PlacementRequest, RequestCommand, RequestEvent> = {
  decide: decideRequest,
  evolve: evolveRequest,
  nameOf: (request) => {
    const live = liveOffer(request);
    const state = live && request.state === 'offered' ? `offered, ${live.state}` : request.state;
    return request.ofAge ? `${state}, of age` : state;
  },
  commands: {
    file: { type: 'file' },
    offer: { type: 'offer', offer: 'o', place: PLACE },
    'obey order': { type: 'obey-order', offer: 'o', place: PLACE },
    'receive hold': { type: 'receive-hold', offer: 'o' },
    'receive acceptance': { type: 'receive-acceptance', offer: 'o' },
    'receive refusal': { type: 'receive-refusal', offer: 'o' },
    'withdraw offer': { type: 'withdraw-offer', offer: 'o' },
    withdraw: { type: 'withdraw' },
    'come of age': { type: 'come-of-age', children: 1 },
    'come of age, siblings': { type: 'come-of-age', children: 2 },
    'hear adult': { type: 'hear-adult', agrees: true },
  },
};

const BEDS_MACHINE: Drawn<Beds, BedsCommand, BedsEvent> = {
  decide: decideBeds,
  evolve: evolveBeds,
  nameOf: (beds) => beds.stands[0]?.state ?? (freeBeds(beds) > 0 ? 'free' : 'closed'),
  commands: {
    declare: { type: 'declare', capacity: 1 },
    hold: { type: 'hold', offer: 'o', beds: 1, until: LATER },
    accept: { type: 'accept', offer: 'o', at: AT },
    lapse: { type: 'lapse', offer: 'o', at: LATER },
    admit: { type: 'admit', offer: 'o' },
    release: { type: 'release', offer: 'o' },
    leave: { type: 'leave', offer: 'o' },
  },
};

const STAY_MACHINE: Drawn<Stay, StayCommand, StayEvent> = {
  decide: decideStay,
  evolve: evolveStay,
  nameOf: ({ ended, renewals, lastDay }) =>
    ended ? 'ended' : lastDay === undefined ? 'without term' : renewals > 0 ? 'renewed' : 'first term',
  commands: {
    admit: { type: 'admit', today: DAY, from: DAY, secure: true },
    'admit, place not secure': { type: 'admit', today: DAY, from: DAY, secure: false },
    renew: { type: 'renew', today: DAY },
    entrust: { type: 'entrust', today: DAY, thirdParty: 'not-involved' },
    end: { type: 'end', today: DAY, reason: 'ordinary-protection' },
  },
};

const NEEDS: Needs = { children: [], exploitation: ['75'], secure: 'not-needed', avoided: [] };

const JUDGE_ORDER_MACHINE: Drawn<JudgeOrder, JudgeOrderCommand, JudgeOrderEvent> = {
  decide: decideJudgeOrder,
  evolve: evolveJudgeOrder,
  nameOf: ({ state, contradicts }) =>
    contradicts.length > 0 ? `${state}, against a rule` : state.replaceAll('-', ' '),
  commands: {
    receive: { type: 'receive', says: {} },
    'receive, in a département of exploitation': { type: 'receive', says: { departement: '75' } },
    obey: { type: 'obey', needs: NEEDS },
    'say that it cannot be executed': { type: 'cannot-execute' },
    lift: { type: 'lift' },
    'take back': { type: 'take-back' },
  },
};

const FLIGHT_MACHINE: Drawn<Flight, FlightCommand, FlightEvent> = {
  decide: decideFlight,
  evolve: evolveFlight,
  nameOf: ({ state }) => state,
  commands: {
    notice: { type: 'notice', at: AT },
    report: { type: 'report', noticedAt: AT, at: AT },
    return: { type: 'return', at: LATER },
    find: { type: 'find', at: LATER },
    'turn adult': { type: 'turn-adult', at: LATER, majorAt: AT },
    void: { type: 'void' },
  },
};

const CONSENT = {
  form: 'written',
  on: DAY,
  language: 'en',
  explainedBy: 'p',
  capacity: 'caseworker',
} as const;
const CONSENTS: Consents = [
  { ...CONSENT, scope: 'orientation' },
  { ...CONSENT, scope: 'shelter' },
  { ...CONSENT, scope: 'return' },
];

const CONSENT_MACHINE: Drawn<Consents, ConsentCommand, ConsentEvent> = {
  decide: decideConsent,
  evolve: evolveConsent,
  nameOf: (consents) => (isGiven(consents, 'orientation') ? 'given' : 'withdrawn'),
  commands: {
    give: { type: 'give', today: DAY, consent: { ...CONSENT, scope: 'orientation' } },
    withdraw: { type: 'withdraw', today: DAY, scope: 'orientation' },
  },
};

const ORIENTATION_MACHINE: Drawn<Orientation, OrientationCommand, OrientationEvent> = {
  decide: decideOrientation,
  evolve: evolveOrientation,
  nameOf: (orientation) =>
    liveProposal(orientation)?.state === 'place-accepted' ? 'accepted by the place' : orientation.state,
  commands: {
    ask: {
      type: 'ask',
      asked: {
        age: 'adult',
        askedBy: { kind: 'association', partner: true },
        endangered: true,
        needsDistance: true,
        exploitation: ['75'],
        needs: { ageBand: '21-24', languages: ['en'], needs: [], children: 0 },
      },
      consents: CONSENTS,
    },
    evaluate: { type: 'evaluate', eligible: true, today: DAY },
    'evaluate: not for Ac.Sé': { type: 'evaluate', eligible: false, today: DAY },
    propose: {
      type: 'propose',
      id: 'o',
      place: { id: 'p', departement: '13', emergency: false, takesFromPolice: false },
      consents: CONSENTS,
      procedureOpen: false,
    },
    'the place accepts': { type: 'place-accepts', id: 'o' },
    'the place declines': { type: 'place-declines', id: 'o', reason: 'full' },
    'the person accepts': { type: 'person-accepts', id: 'o', consents: CONSENTS },
    'the person declines': { type: 'person-declines', id: 'o' },
    admit: { type: 'admit', on: DAY, today: DAY },
    'follow up': { type: 'follow-up', on: DAY, today: DAY },
    close: { type: 'close', today: DAY, outcome: 'assisted-return', consents: CONSENTS },
    'the person withdraws consent': { type: 'consent-withdrawn', scope: 'orientation', today: DAY },
  },
};

/** Late enough for every delay to have passed. */
const NEXT_MONTH = new Date('2026-04-10T09:00:00Z');

const CONFLICT_MACHINE: Drawn<CompetenceConflict, ConflictCommand, ConflictEvent> = {
  decide: decideConflict,
  evolve: evolveConflict,
  nameOf: ({ state, level, competent, own }) =>
    state === 'in-conflict' && level
      ? `in conflict, ${level}`
      : state === 'decided'
        ? `decided, ${competent === own ? 'own' : 'the other'}`
        : state.replaceAll('-', ' '),
  commands: {
    claim: { type: 'claim', own: '75', claimed: '13', at: AT },
    'receive acceptance': { type: 'receive-answer', answer: 'accepted', at: AT },
    'receive refusal': { type: 'receive-answer', answer: 'refused', at: AT },
    'escalate, delay passed': { type: 'escalate', at: NEXT_MONTH },
    'obey order': { type: 'obey-order', departement: '13' },
    'receive decision, own': {
      type: 'receive-decision',
      level: 'departmental',
      outcome: 'competent',
      departement: '75',
      at: AT,
    },
    withdraw: { type: 'withdraw' },
    'hand over': { type: 'hand-over', stopped: false, at: AT },
    'receive taking over': { type: 'receive-taking-over' },
    'come of age': { type: 'come-of-age' },
  },
};

const CLAIM_MACHINE: Drawn<CompetenceClaim, ClaimCommand, ClaimEvent> = {
  decide: decideClaim,
  evolve: evolveClaim,
  nameOf: ({ state }) => state.replaceAll('-', ' '),
  commands: {
    receive: { type: 'receive' },
    accept: { type: 'answer', answer: 'accepted' },
    refuse: { type: 'answer', answer: 'refused' },
    'receive decision': { type: 'receive-decision', outcome: 'competent', departement: '13' },
    'receive withdrawal': { type: 'receive-decision', outcome: 'withdrawn' },
    'receive file': { type: 'receive-file' },
    'take over': { type: 'take-over' },
  },
};

const ARBITRATION_MACHINE: Drawn<Arbitration, ArbitrationCommand, ArbitrationEvent> = {
  decide: decideArbitration,
  evolve: evolveArbitration,
  nameOf: ({ state }) => state.replaceAll('-', ' '),
  commands: {
    receive: { type: 'receive', level: 'departmental', between: ['75', '13'] },
    decide: { type: 'decide', departement: '13' },
    'leave undecided': { type: 'leave-undecided' },
    'receive decision': { type: 'receive-decision', outcome: 'competent', departement: '13' },
  },
};

const SHELTER_MACHINE: Drawn<ProvisionalShelter, ShelterCommand, ShelterEvent> = {
  decide: decideShelter,
  evolve: evolveShelter,
  nameOf: ({ ended, extensions }) =>
    ended ? 'ended' : (['five days', 'extended once', 'extended twice'][extensions] ?? ''),
  commands: {
    shelter: { type: 'shelter', today: DAY, from: DAY },
    extend: { type: 'extend' },
    end: { type: 'end', today: DAY, reason: 'placed' },
  },
};

/** For the pictures in docs/state-machines, by title; drawn one by one, for each has types of its own. */
export function drawMachines(
  draw: <State, Command, Event>(machine: Drawn<State, Command, Event>) => string,
): Readonly<Record<string, string>> {
  return {
    'Placement request (ASE)': draw(REQUEST_MACHINE),
    'Bed of a place (shelter)': draw(BEDS_MACHINE),
    'Order of a judge (ASE)': draw(JUDGE_ORDER_MACHINE),
    Stay: draw(STAY_MACHINE),
    Flight: draw(FLIGHT_MACHINE),
    'Consent of an adult to one scope': draw(CONSENT_MACHINE),
    'Request for orientation (coordination of Ac.Sé)': draw(ORIENTATION_MACHINE),
    'Provisional shelter (ASE where the child was found)': draw(SHELTER_MACHINE),
    'Conflict of competence (ASE that shelters)': draw(CONFLICT_MACHINE),
    'Claim of competence (ASE that is said to be competent)': draw(CLAIM_MACHINE),
    'Arbitration of competence (parquet, coordination)': draw(ARBITRATION_MACHINE),
  };
}
