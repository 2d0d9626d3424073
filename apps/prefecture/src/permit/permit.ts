import { AppError } from '@liaison/kernel';
import { addDays, addMonths, type Day } from '../law/days';
import { citation, textInForce } from '../law/law';

/** What a permit can rest on; each has its article (`legal-texts.ts`). */
export const GROUNDS = ['cooperation', 'exceptional', 'exit-path', 'final-conviction'] as const;
export type Ground = (typeof GROUNDS)[number];

/** `temporary`: carte de séjour temporaire; `provisional`: autorisation provisoire; `resident`: carte de résident. */
export const PERMIT_KINDS = ['temporary', 'provisional', 'resident'] as const;
export type PermitKind = (typeof PERMIT_KINDS)[number];

export const kindOf = (ground: Ground): PermitKind =>
  ground === 'final-conviction' ? 'resident' : ground === 'exit-path' ? 'provisional' : 'temporary';

export const REFUSAL_REASONS = [
  'conditions-not-met',
  'public-order',
  'links-not-broken',
  'file-incomplete',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** Of R.316-4: link renewed with the authors, complaint or testimony that was untrue, threat to public order. */
export const WITHDRAWAL_REASONS = ['link-renewed', 'untrue-complaint', 'public-order'] as const;
export type WithdrawalReason = (typeof WITHDRAWAL_REASONS)[number];

export const APPEAL_OUTCOMES = ['refusal-upheld', 'refusal-annulled'] as const;
export type AppealOutcome = (typeof APPEAL_OUTCOMES)[number];

export const PROCEEDINGS_OUTCOMES = ['final-conviction', 'acquittal', 'discontinued'] as const;
export type ProceedingsOutcome = (typeof PROCEEDINGS_OUTCOMES)[number];

export const PERMIT_STATES = [
  'lodged',
  'granted',
  'refused',
  'appealed',
  'refusal-upheld',
  'withdrawn',
  'abandoned',
] as const;
export type PermitState = (typeof PERMIT_STATES)[number];

/** One application and what became of it. */
export interface Permit {
  readonly state: PermitState;
  /** Counts its changes, from 1. */
  readonly version: number;
  readonly ground: Ground;
  readonly renewal: boolean;
  readonly lodgedOn: Day;
  readonly granted?: { readonly on: Day; readonly from: Day; readonly until: Day; readonly article: string };
  readonly refused?: {
    readonly on: Day;
    readonly reason: RefusalReason;
    readonly article: string;
    readonly appealBy: Day;
  };
  readonly appeal?: { readonly on: Day; readonly outcome?: AppealOutcome; readonly decidedOn?: Day };
  readonly withdrawn?: { readonly on: Day; readonly reason: WithdrawalReason; readonly article: string };
  readonly proceedings?: { readonly outcome: ProceedingsOutcome; readonly endedOn: Day };
}

/** `on` is the legal day of the act, `today` that of its recording. */
export type PermitCommand = { readonly today: Day; readonly on: Day } & (
  | { readonly type: 'lodge'; readonly ground: Ground; readonly renewal: boolean }
  | { readonly type: 'grant'; readonly until?: Day }
  | { readonly type: 'refuse'; readonly reason: RefusalReason }
  | { readonly type: 'appeal' }
  | { readonly type: 'decide-appeal'; readonly outcome: AppealOutcome }
  | { readonly type: 'withdraw'; readonly reason: WithdrawalReason }
  | { readonly type: 'abandon' }
  | { readonly type: 'end-proceedings'; readonly outcome: ProceedingsOutcome }
);

export type PermitEvent =
  | { readonly type: 'lodged'; readonly ground: Ground; readonly renewal: boolean; readonly on: Day }
  | { readonly type: 'granted'; readonly granted: NonNullable<Permit['granted']> }
  | { readonly type: 'refused'; readonly refused: NonNullable<Permit['refused']> }
  | { readonly type: 'appealed'; readonly on: Day }
  | { readonly type: 'appeal-decided'; readonly on: Day; readonly outcome: AppealOutcome }
  | { readonly type: 'withdrawn'; readonly withdrawn: NonNullable<Permit['withdrawn']> }
  | { readonly type: 'abandoned' }
  | { readonly type: 'proceedings-ended'; readonly on: Day; readonly outcome: ProceedingsOutcome };

/**
 * One event a command. The law in force on the day of the act gives the article, the shortest validity and the term of
 * an appeal; whether its conditions are met is for the person who decides.
 * @throws AppError `permit-exists`, `permit-not-found`, `day-in-the-future`, `day-before-the-last-act`,
 * `permit-not-lodged`, `permit-not-refused`, `permit-not-appealed`, `permit-not-granted`, `permit-expired`,
 * `validity-too-short`, `appeal-too-late`, `proceedings-over`, `no-legal-text`
 */
export function decide(permit: Permit | undefined, command: PermitCommand): PermitEvent {
  const { on, today } = command;
  if (on > today) throw new AppError('day-in-the-future', 'That day has not come yet: correct the date.');
  if (command.type === 'lodge') {
    if (permit) throw new AppError('permit-exists', 'It is lodged already.');
    textInForce(command.ground, on);
    return { type: 'lodged', on, ground: command.ground, renewal: command.renewal };
  }
  if (!permit) throw noSuchPermit();
  // Proceedings are not this préfecture's, and are learnt of late.
  if (command.type !== 'end-proceedings' && on < lastAct(permit)) {
    throw new AppError('day-before-the-last-act', 'Something later is recorded already: correct the date.');
  }
  switch (command.type) {
    case 'grant': {
      require(permit, 'lodged');
      const text = textInForce(permit.ground, on);
      const shortest = addDays(addMonths(on, text.term?.months ?? 0), -1);
      const until = command.until ?? shortest;
      if (until < shortest) {
        throw new AppError('validity-too-short', `The text gives at least ${text.term?.months ?? 0} months.`);
      }
      return { type: 'granted', granted: { on, from: on, until, article: citation(text) } };
    }
    case 'refuse': {
      require(permit, 'lodged');
      const article = citation(textInForce(permit.ground, on));
      const appealBy = addMonths(on, textInForce('appeal', on).term?.months ?? 0);
      return { type: 'refused', refused: { on, reason: command.reason, article, appealBy } };
    }
    case 'appeal':
      require(permit, 'refused');
      if (on > (permit.refused?.appealBy ?? on)) {
        throw new AppError('appeal-too-late', 'The term for an appeal has passed.');
      }
      return { type: 'appealed', on };
    case 'decide-appeal':
      require(permit, 'appealed');
      return { type: 'appeal-decided', on, outcome: command.outcome };
    case 'withdraw': {
      require(permit, 'granted');
      if (on > (permit.granted?.until ?? on)) {
        throw new AppError('permit-expired', 'It has expired: there is nothing left to withdraw.');
      }
      const article = citation(textInForce('permit-withdrawal', on));
      return { type: 'withdrawn', withdrawn: { on, reason: command.reason, article } };
    }
    case 'abandon':
      require(permit, 'lodged');
      return { type: 'abandoned' };
    case 'end-proceedings':
      if (permit.proceedings) throw new AppError('proceedings-over', 'Their end is recorded already.');
      return { type: 'proceedings-ended', on, outcome: command.outcome };
  }
}

export function evolve(permit: Permit | undefined, event: PermitEvent): Permit {
  if (event.type === 'lodged') {
    return { state: 'lodged', version: 1, ground: event.ground, renewal: event.renewal, lodgedOn: event.on };
  }
  if (!permit) throw new TypeError('a permit begins with its application');
  const next = { ...permit, version: permit.version + 1 };
  switch (event.type) {
    case 'granted':
      return { ...next, state: 'granted', granted: event.granted };
    case 'refused': {
      // A second refusal, after a first was annulled, has an appeal of its own.
      const { appeal: _, ...rest } = next;
      return { ...rest, state: 'refused', refused: event.refused };
    }
    case 'appealed':
      return { ...next, state: 'appealed', appeal: { on: event.on } };
    case 'appeal-decided':
      return {
        ...next,
        // Annulled: the application is there again, to be decided anew.
        state: event.outcome === 'refusal-annulled' ? 'lodged' : 'refusal-upheld',
        appeal: { on: permit.appeal?.on ?? event.on, outcome: event.outcome, decidedOn: event.on },
      };
    case 'withdrawn':
      return { ...next, state: 'withdrawn', withdrawn: event.withdrawn };
    case 'abandoned':
      return { ...next, state: 'abandoned' };
    case 'proceedings-ended':
      return { ...next, proceedings: { outcome: event.outcome, endedOn: event.on } };
  }
}

/**
 * A renewal is asked for between the 120th and the 60th day before the end: CESEDA R431-5, 1°, for permits that are asked for
 * online (R431-2), in force since 1 May 2021; for others in the last two months. Wording read in a stored copy (doctrine.fr,
 * LEGIARTI000043292776), which may not be the newest.
 */
export const RENEWAL_OPENS_DAYS = 120;
export const RENEWAL_DUE_DAYS = 60;

export const WARNINGS = ['renewal-open', 'renewal-due', 'expired'] as const;
export type Warning = (typeof WARNINGS)[number];

/** What its holder is to be reminded of. */
export function warningOn(
  { state, granted }: Pick<Permit, 'state' | 'granted'>,
  today: Day,
): Warning | undefined {
  if (state !== 'granted' || !granted) return undefined;
  if (today > granted.until) return 'expired';
  if (today > addDays(granted.until, -RENEWAL_DUE_DAYS)) return 'renewal-due';
  return today >= addDays(granted.until, -RENEWAL_OPENS_DAYS) ? 'renewal-open' : undefined;
}

/** The day of the last decision. */
function lastAct({ lodgedOn, granted, refused, appeal }: Permit): Day {
  const days = [lodgedOn, granted?.on, refused?.on, appeal?.on, appeal?.decidedOn];
  return days.filter((day) => day !== undefined).reduce((last, day) => (day > last ? day : last), lodgedOn);
}

function require({ state }: Permit, expected: PermitState): void {
  if (state === expected) return;
  const article = expected === 'appealed' ? 'an' : 'a';
  throw new AppError(`permit-not-${expected}`, `It is ${state}: this is for ${article} ${expected} one.`);
}

export const noSuchPermit = () => new AppError('permit-not-found', 'Your unit has no such application.');
