import type { SupportReportedV1 } from '@liaison/contracts';
import { AppError, type Agency, type Day, type Directory } from '@liaison/kernel';
import { ageOn } from '@liaison/placement';
import type { ConsentEvidence } from '../consent/consent';
import { type CaseFacts, MAJORITY_YEARS } from '../policy/case-facts';

/** Of the convention `support`: what the préfecture decides on. */
export const SUPPORT_PURPOSE = 'residence-of-victims';
/** Kind of agency that learns it. */
export const SUPPORT_RECIPIENT = 'prefecture';

/** What an association says; the rest of the document follows from it. */
export type SupportSaid = Omit<SupportReportedV1, 'reportedAt'>;

/** How the person agreed to exactly this being told (RGPD 7(1)), and when. */
export interface SupportConsent extends ConsentEvidence {
  readonly on: Day;
}

/** What measures hide, as far as the author knows (CPP 706-57, 706-62-2). */
export interface SupportProtection {
  readonly identity: boolean;
  readonly address: boolean;
}

/** `withdrawn`: the person no longer consents, as they said of the report or of the case that it follows from. */
export const SUPPORT_REPORT_STATES = ['reported', 'withdrawn'] as const;
export type SupportReportState = (typeof SUPPORT_REPORT_STATES)[number];

/**
 * Of received reports. `superseded`: a later one of the same person came. `voided`: its content is gone: its sender has taken it back,
 * the person no longer consents, or it was kept as long as it may be.
 */
export const RECEIVED_SUPPORT_STATES = ['new', 'noted', 'superseded', 'voided'] as const;
export type ReceivedSupportState = (typeof RECEIVED_SUPPORT_STATES)[number];

/**
 * The préfecture that deals with the residence, as the directory has it.
 * @throws AppError `prefecture-missing`
 */
export function prefectureFor(directory: Directory, departement: string): Agency {
  const found = directory
    .agencies()
    .find(({ kind, competentFor }) => kind === SUPPORT_RECIPIENT && competentFor.includes(departement));
  if (found) return found;
  throw new AppError(
    'prefecture-missing',
    'The directory names no préfecture for that département: correct it, or tell the operators.',
  );
}

/**
 * The whole of what is known, each time anew. Of an adult only: what is done for a minor is told to child protection (R12, R15).
 * @param today the legal day
 * @throws AppError `support-of-minor`, `day-in-the-future`
 */
export function reportOf(
  said: SupportSaid,
  { at, today }: { readonly at: Date; readonly today: Day },
): SupportReportedV1 {
  const { birthDate } = said.civilStatus.declared;
  if (birthDate === undefined || ageOn(birthDate, today) < MAJORITY_YEARS) {
    throw new AppError(
      'support-of-minor',
      'Only of an adult: whoever is a minor, or whose age nobody knows, is referred to child protection (POST /v1/referrals).',
    );
  }
  for (const { since } of [said.support, said.lodging]) requirePast(since, today);
  return { ...said, reportedAt: at.toISOString() };
}

/** @throws AppError `day-in-the-future` */
export function requirePast(day: Day | undefined, today: Day): void {
  if (day !== undefined && day > today) {
    throw new AppError('day-in-the-future', 'That day has not come yet: correct the date.');
  }
}

/** What decisions about the report rest on, beside what the person has said of telling others. */
export const factsOfSupport = (
  { civilStatus, departement }: SupportSaid,
  protection: SupportProtection,
): CaseFacts => ({
  ...(civilStatus.declared.birthDate !== undefined && { birthDate: civilStatus.declared.birthDate }),
  departement,
  protectedIdentity: protection.identity,
  protectedAddress: protection.address,
});

/** By the facts of its case in delivery, which follow the register of consents. */
export function stateOf({ consents = [] }: CaseFacts): SupportReportState {
  const said = consents.find(({ to, purpose }) => to === SUPPORT_RECIPIENT && purpose === SUPPORT_PURPOSE);
  return said?.value === 'given' ? 'reported' : 'withdrawn';
}

/**
 * A report that may still be said anew, or be withdrawn.
 * @throws AppError `consent-withdrawn`
 */
export function requireConsented(facts: CaseFacts): void {
  if (stateOf(facts) === 'reported') return;
  throw new AppError(
    'consent-withdrawn',
    'The person no longer consents: nothing more is told. Whoever agrees again is reported anew.',
  );
}

interface Received {
  readonly state: ReceivedSupportState;
  readonly version: number;
  /** The case of the unit's own that a person said it belongs to. */
  readonly linkedCase: string | null;
}

/**
 * The file that it belongs to, as somebody says who has looked at both; saying so is taking note of it. Said again, it is another's.
 * @throws AppError `support-voided`, `support-superseded`, `support-linked`
 */
export function decideLink(report: Received, caseId: string): Received {
  requireCurrent(report);
  if (report.linkedCase === caseId) {
    throw new AppError('support-linked', 'It belongs to that case already.');
  }
  return { state: 'noted', version: report.version + 1, linkedCase: caseId };
}

/**
 * It was another person's file. It waits again for somebody who finds the right one.
 * @throws AppError `support-voided`, `support-superseded`, `support-not-linked`
 */
export function decideUnlink(report: Received): Received {
  requireCurrent(report);
  if (report.linkedCase === null) {
    throw new AppError('support-not-linked', 'It belongs to no case of yours.');
  }
  return { state: 'new', version: report.version + 1, linkedCase: null };
}

/**
 * Somebody has taken note of it, once; also where there is no file here that it belongs to.
 * @throws AppError `support-voided`, `support-superseded`, `support-noted`
 */
export function decideNoteSupport(report: Received): Received {
  requireCurrent(report);
  if (report.state === 'noted') {
    throw new AppError('support-noted', 'Somebody of your unit has taken note of it.');
  }
  return { state: 'noted', version: report.version + 1, linkedCase: report.linkedCase };
}

function requireCurrent({ state }: Received): void {
  if (state === 'voided') throw supportVoided();
  if (state === 'superseded') {
    throw new AppError('support-superseded', 'A later report about the same person came: act on that one.');
  }
}

export const noSuchSupport = () => new AppError('support-not-found', 'Your unit has no such report.');

export const supportVoided = () =>
  new AppError(
    'support-voided',
    'The person no longer consents, its sender has taken it back, or it was kept as long as it may be: there is nothing left to read.',
  );
