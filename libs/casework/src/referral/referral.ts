import type { ReferralMadeV1 } from '@liaison/contracts';
import { AppError, type Agency, type AgencyKind, type Directory } from '@liaison/kernel';
import { type CaseFacts, factsAt, MAJORITY_YEARS } from '../policy/case-facts';

/** The purpose of a referral, as the conventions name it. */
export const REFERRAL_PURPOSE = 'protection-of-minors';
/** Purpose of the contact point that referrals go to. */
const CONTACT = 'referrals';

/** As what an agency gets it. */
export const REFERRAL_DUTIES = ['child-protection', 'prosecutor'] as const;
export type ReferralDuty = (typeof REFERRAL_DUTIES)[number];

/** `acknowledged`: by everybody who was told. */
export const REFERRAL_STATES = ['sent', 'acknowledged'] as const;
export type ReferralState = (typeof REFERRAL_STATES)[number];

/** A referral as whoever made it sees it. */
export interface Referral {
  readonly state: ReferralState;
  /** Counts its changes, from 1. */
  readonly version: number;
  readonly told: readonly { readonly agency: string; readonly acknowledgedAt?: Date }[];
}

export type ReferralCommand =
  | { readonly type: 'make'; readonly to: readonly string[] }
  /** @param stopped agencies that have not got it, as far as delivery says */
  | { readonly type: 'send-again'; readonly stopped: readonly string[] }
  | { readonly type: 'receive-acknowledgement'; readonly agency: string; readonly at: Date };

export type ReferralEvent =
  | { readonly type: 'made'; readonly to: readonly string[] }
  | { readonly type: 'sent-again'; readonly to: readonly string[] }
  | { readonly type: 'acknowledged'; readonly agency: string; readonly at: Date };

/**
 * One event a command.
 * @throws AppError `referral-made`, `referral-not-found`, `referral-not-stopped`; `referral-acknowledgement-unexpected`
 */
export function decide(referral: Referral | undefined, command: ReferralCommand): ReferralEvent {
  if (command.type === 'make') {
    if (referral) throw new AppError('referral-made', 'It has been made already.');
    return { type: 'made', to: command.to };
  }
  if (!referral) throw noSuchReferral();
  switch (command.type) {
    case 'send-again': {
      const waiting = referral.told.filter(({ acknowledgedAt }) => !acknowledgedAt);
      const to = waiting.map(({ agency }) => agency).filter((agency) => command.stopped.includes(agency));
      if (to.length === 0) {
        throw new AppError(
          'referral-not-stopped',
          'Nobody is without it: it has arrived, or is on its way. There is nothing to send again.',
        );
      }
      return { type: 'sent-again', to };
    }
    case 'receive-acknowledgement': {
      const told = referral.told.find(({ agency }) => agency === command.agency);
      if (!told || told.acknowledgedAt) {
        throw new AppError(
          'referral-acknowledgement-unexpected',
          'It acknowledges what was not referred to its sender, or what its sender has acknowledged before.',
        );
      }
      return { type: 'acknowledged', agency: command.agency, at: command.at };
    }
  }
}

export function evolve(referral: Referral | undefined, event: ReferralEvent): Referral {
  if (event.type === 'made') {
    return { state: 'sent', version: 1, told: event.to.map((agency) => ({ agency })) };
  }
  if (!referral) throw new TypeError('a referral begins with its being made');
  const next = { ...referral, version: referral.version + 1 };
  if (event.type === 'sent-again') return next;
  const told = referral.told.map((each) =>
    each.agency === event.agency ? { ...each, acknowledgedAt: event.at } : each,
  );
  return {
    ...next,
    told,
    state: told.every(({ acknowledgedAt }) => acknowledgedAt) ? 'acknowledged' : 'sent',
  };
}

export const noSuchReferral = () => new AppError('referral-not-found', 'Your unit has no such referral.');

/** A day; a year, a month or an age band leave the age unknown. */
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** What the author states of measures that hide a person. */
export interface ReferralProtection {
  readonly identity: boolean;
  readonly address: boolean;
}

/**
 * The facts that decisions about a referral rest on. A birth date counts only where the author relies on it: an estimate
 * and an unknown age are unknown, and unknown protects (R15).
 */
export function factsOfReferral(
  { civilStatus, age, found }: Pick<ReferralMadeV1, 'civilStatus' | 'age' | 'found'>,
  protection: ReferralProtection,
): CaseFacts {
  const { real, declared } = civilStatus ?? {};
  const birthDate = real?.birthDate ?? declared?.birthDate;
  const relied = birthDate !== undefined && DAY.test(birthDate) && RELIED_ON.includes(age.ground);
  return {
    departement: found.departement,
    ...(relied && { birthDate }),
    protectedIdentity: protection.identity,
    protectedAddress: protection.address,
  };
}

const RELIED_ON: readonly string[] = ['documented', 'declared'];
/** Who establishes a person's identity (R06). */
const IDENTIFYING_KINDS: readonly AgencyKind[] = ['police', 'justice'];
/** Who tells the procureur of whatever it learns (CPP 40). */
const TELLING_KINDS: readonly AgencyKind[] = ['police'];

/**
 * What the form alone cannot tell.
 * @param today the legal day, `YYYY-MM-DD`
 * @throws AppError `referral-of-adult`, `age-unfounded`, `not-an-identifier`, `observed-in-the-future`
 */
export function requireReferable(
  content: ReferralMadeV1,
  { kind, at, today }: { readonly kind: AgencyKind; readonly at: Date; readonly today: string },
): void {
  const { civilStatus, age, observation } = content;
  if (civilStatus?.real && !IDENTIFYING_KINDS.includes(kind)) {
    throw new AppError(
      'not-an-identifier',
      'Only investigating and judicial services establish who somebody is (R06): give what was declared.',
    );
  }
  if (observation.on > today) {
    throw new AppError('observed-in-the-future', 'The day of what was seen is still to come: correct it.');
  }
  const estimatedAge = civilStatus?.declared?.estimatedAge;
  const founded = {
    documented: Boolean(civilStatus?.real?.birthDate ?? civilStatus?.declared?.birthDate),
    declared: civilStatus?.declared?.birthDate !== undefined,
    estimated: estimatedAge !== undefined && (civilStatus?.declared?.estimatedAgeBasis ?? []).length > 0,
    unknown: true,
  };
  if (!founded[age.ground]) {
    throw new AppError(
      'age-unfounded',
      age.ground === 'estimated'
        ? 'An estimate needs civilStatus.declared.estimatedAge and its estimatedAgeBasis; else say unknown.'
        : 'That ground needs a birth date under civilStatus; where there is none, say estimated or unknown.',
    );
  }
  const { age: known } = factsAt(factsOfReferral(content, NOTHING_HIDDEN), at, '');
  if (known?.value === 'adult' || (age.ground === 'estimated' && (estimatedAge ?? 0) >= MAJORITY_YEARS)) {
    throw new AppError(
      'referral-of-adult',
      'Child protection takes minors: of an adult nothing is passed on without consent (R10). Where the age is in doubt, say so (age.ground: unknown or estimated), and the person counts as a minor (R15).',
    );
  }
}

const NOTHING_HIDDEN: ReferralProtection = { identity: false, address: false };

/**
 * Whether the procureur is told directly: as the author says; else where the danger is immediate (CASF L226-4), and always by
 * investigating services.
 */
export const tellsProsecutor = (
  { prosecutor, danger }: Pick<ReferralMadeV1, 'prosecutor' | 'danger'>,
  kind: AgencyKind,
): boolean => prosecutor ?? (danger.level === 'immediate' || TELLING_KINDS.includes(kind));

/**
 * Child protection of the département where the child was found, whoever else is told (R12).
 * @returns `prosecutorMissing`: the directory names none to tell
 * @throws AppError `child-protection-missing`
 */
export function recipientsOf(
  directory: Directory,
  departement: string,
  prosecutor: boolean,
): {
  readonly told: readonly { readonly agency: Agency; readonly duty: ReferralDuty }[];
  readonly prosecutorMissing: boolean;
} {
  const taking = (kind: AgencyKind) =>
    directory
      .competentAgencies(kind, departement)
      .filter(({ contactPoints }) => contactPoints.some(({ purpose }) => purpose === CONTACT));
  const protection = taking('ase');
  if (protection.length === 0) {
    throw new AppError(
      'child-protection-missing',
      `No child protection of the département ${departement} takes referrals here: tell it by telephone (119 at any hour).`,
    );
  }
  const prosecutors = prosecutor ? taking('justice') : [];
  return {
    told: [
      ...protection.map((agency) => ({ agency, duty: 'child-protection' as const })),
      ...prosecutors.map((agency) => ({ agency, duty: 'prosecutor' as const })),
    ],
    prosecutorMissing: prosecutor && prosecutors.length === 0,
  };
}
