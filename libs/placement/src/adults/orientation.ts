import { type AgencyKind, AppError, type Day } from '@liaison/kernel';
import { type AdultPlace, requireFarEnough } from './adult-place';
import type { AnonymousNeeds, KnownAge } from './anonymous-needs';
import { type ConsentScope, type Consents, requireConsent } from './consent';

/** Who may ask: a partner of the scheme, another association, a public service. */
export interface AskedBy {
  readonly kind: AgencyKind;
  readonly partner: boolean;
}

export interface OrientationAsked {
  readonly age: KnownAge;
  readonly askedBy: AskedBy;
  /** Ac.Sé is for those who are in danger where they are and need distance (S2 4.1.1). */
  readonly endangered: boolean;
  readonly needsDistance: boolean;
  /** INSEE codes; empty where none is known. */
  readonly exploitation: readonly string[];
  readonly needs: AnonymousNeeds;
}

export const PLACE_DECLINES = [
  'full',
  'needs-not-met',
  'network-near',
  'no-staff',
  'closed',
  'no-answer',
  'other',
] as const;
export type PlaceDecline = (typeof PLACE_DECLINES)[number];
/** `person`: it is theirs to say, without a reason. */
export type Decline = PlaceDecline | 'person';

export const PROPOSAL_STATES = ['proposed', 'place-accepted', 'accepted', 'declined', 'withdrawn'] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];

export interface Proposal {
  readonly id: string;
  readonly place: string;
  readonly state: ProposalState;
  readonly declined?: Decline;
}

export const ORIENTATION_OUTCOMES = [
  'own-housing',
  'ordinary-shelter',
  'other-scheme',
  'assisted-return',
  'left',
  'not-eligible',
  'no-place',
  'consent-withdrawn',
] as const;
export type OrientationOutcome = (typeof ORIENTATION_OUTCOMES)[number];

/** `supported`: the person is there, and followed until the end. */
export const ORIENTATION_STATES = [
  'asked',
  'evaluated',
  'proposed',
  'accepted',
  'supported',
  'closed',
] as const;
export type OrientationState = (typeof ORIENTATION_STATES)[number];

/** A request as the coordination keeps it. */
export interface Orientation {
  readonly state: OrientationState;
  /** Counts its changes, from 1. */
  readonly version: number;
  readonly asked: OrientationAsked;
  /** In the order in which they were made. */
  readonly proposals: readonly Proposal[];
  readonly admittedOn?: Day;
  readonly followedUpOn?: Day;
  readonly closed?: { readonly on: Day; readonly outcome: OrientationOutcome };
}

export type OrientationCommand =
  | { readonly type: 'ask'; readonly asked: OrientationAsked; readonly consents: Consents }
  | { readonly type: 'evaluate'; readonly eligible: boolean; readonly today: Day }
  | {
      readonly type: 'propose';
      readonly id: string;
      readonly place: AdultPlace;
      readonly consents: Consents;
      /** The person cooperates with justice: an enquiry or an instruction is open. */
      readonly procedureOpen: boolean;
    }
  | { readonly type: 'place-accepts'; readonly id: string }
  | { readonly type: 'place-declines'; readonly id: string; readonly reason: PlaceDecline }
  | { readonly type: 'person-accepts'; readonly id: string; readonly consents: Consents }
  | { readonly type: 'person-declines'; readonly id: string }
  | { readonly type: 'admit'; readonly on: Day; readonly today: Day }
  | { readonly type: 'follow-up'; readonly on: Day; readonly today: Day }
  | {
      readonly type: 'close';
      readonly today: Day;
      readonly outcome: Exclude<OrientationOutcome, 'not-eligible' | 'consent-withdrawn'>;
      readonly consents: Consents;
    }
  /** What follows when the person takes back a consent: see `decideConsent`. */
  | { readonly type: 'consent-withdrawn'; readonly scope: ConsentScope; readonly today: Day };

export type OrientationEvent =
  | { readonly type: 'asked'; readonly asked: OrientationAsked }
  | { readonly type: 'evaluated' }
  | { readonly type: 'proposed'; readonly id: string; readonly place: string }
  | {
      readonly type: 'answered';
      readonly id: string;
      readonly state: ProposalState;
      readonly declined?: Decline;
    }
  | { readonly type: 'admitted'; readonly on: Day }
  | { readonly type: 'followed-up'; readonly on: Day }
  | { readonly type: 'closed'; readonly on: Day; readonly outcome: OrientationOutcome }
  /** The scope that ended is nothing that this request rests on now. */
  | { readonly type: 'unaffected' };

/**
 * One event a command.
 * @throws AppError `orientation-exists`, `orientation-of-minor`, `orientation-not-needed`, `consent-missing`, `orientation-not-found`,
 * `orientation-closed`, `evaluation-done`, `evaluation-missing`, `proposal-pending`, `proposal-exists`, `proposal-not-found`,
 * `proposal-answered`, `place-near-exploitation`, `emergency-place-refused`, `not-accepted`, `not-admitted`, `day-in-the-future`
 */
export function decideOrientation(
  orientation: Orientation | undefined,
  command: OrientationCommand,
): OrientationEvent {
  if (command.type === 'ask') {
    if (orientation) throw new AppError('orientation-exists', 'There is such a request already.');
    requireOrientable(command.asked, command.consents);
    return { type: 'asked', asked: command.asked };
  }
  if (!orientation) throw new AppError('orientation-not-found', 'There is no such request for orientation.');
  if (orientation.state === 'closed') {
    throw new AppError('orientation-closed', 'The request is closed: the person may ask anew at any time.');
  }
  switch (command.type) {
    case 'evaluate':
      if (orientation.state !== 'asked') {
        throw new AppError('evaluation-done', 'The person has been evaluated already.');
      }
      return command.eligible
        ? { type: 'evaluated' }
        : { type: 'closed', on: command.today, outcome: 'not-eligible' };
    case 'propose': {
      const { id, place, consents, procedureOpen } = command;
      requireProposable(orientation, id, place);
      requireConsent(consents, 'orientation');
      requireFarEnough(place, orientation.asked.exploitation, procedureOpen);
      return { type: 'proposed', id, place: place.id };
    }
    case 'place-accepts':
      requireState(orientation, command.id, ['proposed']);
      return { type: 'answered', id: command.id, state: 'place-accepted' };
    case 'place-declines':
      // A place may have to take back what it accepted: until the person is there, the search goes on.
      requireBeforeAdmission(orientation);
      requireState(orientation, command.id, ['proposed', 'place-accepted', 'accepted']);
      return { type: 'answered', id: command.id, state: 'declined', declined: command.reason };
    case 'person-accepts':
      requireState(orientation, command.id, ['place-accepted']);
      // From now on the place learns who comes.
      requireConsent(command.consents, 'shelter');
      return { type: 'answered', id: command.id, state: 'accepted' };
    case 'person-declines':
      requireBeforeAdmission(orientation);
      requireState(orientation, command.id, ['proposed', 'place-accepted', 'accepted']);
      return { type: 'answered', id: command.id, state: 'declined', declined: 'person' };
    case 'admit':
      if (orientation.state !== 'accepted') {
        throw new AppError('not-accepted', 'A place and the person accept before anybody is admitted.');
      }
      requirePast(command);
      return { type: 'admitted', on: command.on };
    case 'follow-up':
      if (orientation.state !== 'supported') {
        throw new AppError('not-admitted', 'The person is in no place yet: there is nobody to follow up.');
      }
      requirePast(command);
      return { type: 'followed-up', on: command.on };
    case 'close':
      if (command.outcome === 'assisted-return') requireConsent(command.consents, 'return');
      return { type: 'closed', on: command.today, outcome: command.outcome };
    case 'consent-withdrawn':
      return withdrawn(orientation, command.scope, command.today);
  }
}

/**
 * Nobody is put out because they no longer agree that others learn of them: whoever lives in a place stays there, and only what
 * the coordination does ends. Before that, without consent there is nothing to look for.
 */
function withdrawn(orientation: Orientation, scope: ConsentScope, today: Day): OrientationEvent {
  if (scope === 'orientation') return { type: 'closed', on: today, outcome: 'consent-withdrawn' };
  const live = liveProposal(orientation);
  if (scope === 'shelter' && orientation.state === 'accepted' && live) {
    return { type: 'answered', id: live.id, state: 'withdrawn' };
  }
  return { type: 'unaffected' };
}

export function evolveOrientation(
  orientation: Orientation | undefined,
  event: OrientationEvent,
): Orientation {
  if (event.type === 'asked') {
    const { asked } = event;
    return { state: 'asked', version: 1, asked, proposals: [] };
  }
  if (!orientation) throw new TypeError('an orientation begins with its request');
  if (event.type === 'unaffected') return orientation;
  const next = { ...orientation, version: orientation.version + 1 };
  switch (event.type) {
    case 'evaluated':
      return { ...next, state: 'evaluated' };
    case 'proposed': {
      const { id, place } = event;
      return { ...next, state: 'proposed', proposals: [...next.proposals, { id, place, state: 'proposed' }] };
    }
    case 'answered': {
      const { id, state, declined } = event;
      const proposals = next.proposals.map((each) =>
        each.id === id ? { ...each, state, ...(declined && { declined }) } : each,
      );
      return { ...next, proposals, state: stateOf(proposals) };
    }
    case 'admitted':
      return { ...next, state: 'supported', admittedOn: event.on };
    case 'followed-up':
      return { ...next, followedUpOn: event.on };
    case 'closed': {
      const { on, outcome } = event;
      // Who lives somewhere lives there still, whatever ends here.
      const proposals = next.proposals.map((each): Proposal =>
        isLive(each) && orientation.state !== 'supported' ? { ...each, state: 'withdrawn' } : each,
      );
      return { ...next, state: 'closed', proposals, closed: { on, outcome } };
    }
  }
}

/** What a place sees before it has accepted: needs and an age band (R30). */
export const seenByPlace = ({ asked }: Orientation): AnonymousNeeds => {
  const { ageBand, languages, needs, children } = asked.needs;
  return { ageBand, languages, needs, children };
};

/** The proposal that nobody has declined and nobody withdrew; one at most, so that no place is kept from others. */
export const liveProposal = ({ proposals }: Orientation): Proposal | undefined => proposals.find(isLive);

const isLive = ({ state }: Proposal): boolean =>
  state === 'proposed' || state === 'place-accepted' || state === 'accepted';

const stateOf = (proposals: readonly Proposal[]): OrientationState => {
  const live = proposals.find(isLive);
  if (!live) return 'evaluated';
  return live.state === 'accepted' ? 'accepted' : 'proposed';
};

/**
 * Adults only, of their own will, in danger where they are and in need of distance (S2 4.1.1).
 * @throws AppError `orientation-of-minor`, `orientation-not-needed`, `consent-missing`
 */
export function requireOrientable(
  asked: Pick<OrientationAsked, 'age' | 'endangered' | 'needsDistance'>,
  consents: Consents,
): void {
  if (asked.age !== 'adult') {
    throw new AppError(
      'orientation-of-minor',
      asked.age === 'minor'
        ? 'Ac.Sé is for adults: refer the child to child protection (ASE), which shelters at once (R30).'
        : 'Ac.Sé is for adults, and whoever’s age is unknown counts as a minor (R15): refer them to child protection (ASE), which shelters at once (R30).',
    );
  }
  if (!asked.endangered || !asked.needsDistance) {
    throw new AppError(
      'orientation-not-needed',
      'Ac.Sé is for those who are in danger where they are and need distance: ordinary shelter (SIAO) is for others.',
    );
  }
  requireConsent(consents, 'orientation');
}

/** Evaluation by the coordination, except where the police send somebody to the AFJ (S2 4.1.3). */
export const isEvaluated = ({ state, asked }: Orientation, { takesFromPolice }: AdultPlace): boolean =>
  state !== 'asked' || (takesFromPolice && asked.askedBy.kind === 'police');

function requireProposable(orientation: Orientation, id: string, place: AdultPlace): void {
  if (orientation.proposals.some((each) => each.id === id)) {
    throw new AppError('proposal-exists', 'There is such a proposal already.');
  }
  if (liveProposal(orientation)) {
    throw new AppError('proposal-pending', 'A place has been proposed: wait for the answers to it.');
  }
  if (!isEvaluated(orientation, place)) {
    throw new AppError(
      'evaluation-missing',
      'The person is evaluated first, except whom the police send to the AFJ (S2 4.1.3).',
    );
  }
}

function requireState(orientation: Orientation, id: string, states: readonly ProposalState[]): void {
  const found = orientation.proposals.find((each) => each.id === id);
  if (!found) throw new AppError('proposal-not-found', 'The request has no such proposal.');
  if (!states.includes(found.state)) {
    throw new AppError('proposal-answered', 'The proposal has been answered or withdrawn already.');
  }
}

function requireBeforeAdmission({ state }: Orientation): void {
  if (state !== 'supported') return;
  throw new AppError('proposal-answered', 'The person lives there: close the request when they leave.');
}

function requirePast({ on, today }: { readonly on: Day; readonly today: Day }): void {
  if (on > today) throw new AppError('day-in-the-future', 'That day has not come yet: correct the date.');
}
