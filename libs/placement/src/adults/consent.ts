import { AppError, type Day } from '@liaison/kernel';

/** How it was given: heard, in the presence of somebody who says so, or signed. */
export const CONSENT_FORMS = ['written', 'oral-witnessed'] as const;
export type ConsentForm = (typeof CONSENT_FORMS)[number];

/** Whom and what for: consent to one says nothing of another (R11). */
export const CONSENT_SCOPES = [
  /** The coordination learns of the person, to look for a place. */
  'orientation',
  /** The place that accepted learns who comes. */
  'shelter',
  /** The préfecture learns that the person is supported and lodged, never where. */
  'residence',
  /** Those who prepare a return to the country of origin (OFII, OIM, associations there). */
  'return',
] as const;
export type ConsentScope = (typeof CONSENT_SCOPES)[number];

/** One consent to one scope, as it was given. */
export interface GivenConsent {
  readonly scope: ConsentScope;
  readonly form: ConsentForm;
  readonly on: Day;
  /** ISO 639, in which it was explained. */
  readonly language: string;
  /** Pseudonym of whoever explained it, and the capacity in which they did. */
  readonly explainedBy: string;
  readonly capacity: 'caseworker' | 'interpreter' | 'lawyer';
  readonly withdrawnOn?: Day;
}

export type ConsentCommand =
  | { readonly type: 'give'; readonly today: Day; readonly consent: Omit<GivenConsent, 'withdrawnOn'> }
  /** As easily as it was given (RGPD 7(3)): no form, no reason. */
  | { readonly type: 'withdraw'; readonly today: Day; readonly scope: ConsentScope };

export type ConsentEvent =
  | { readonly type: 'given'; readonly consent: GivenConsent }
  | { readonly type: 'withdrawn'; readonly scope: ConsentScope; readonly on: Day };

/** In the order in which they were given; what was withdrawn stays, as what was once given. */
export type Consents = readonly GivenConsent[];

/** @throws AppError `day-in-the-future`, `consent-given`, `consent-missing` */
export function decideConsent(consents: Consents | undefined, command: ConsentCommand): ConsentEvent {
  const held = consents ?? [];
  if (command.type === 'withdraw') {
    const { scope, today } = command;
    if (!isGiven(held, scope)) throw consentMissing(scope);
    return { type: 'withdrawn', scope, on: today };
  }
  const { consent, today } = command;
  if (consent.on > today) {
    throw new AppError('day-in-the-future', 'That day has not come yet: correct the date.');
  }
  if (isGiven(held, consent.scope)) {
    throw new AppError(
      'consent-given',
      'The person has consented to that already, and has not withdrawn it.',
    );
  }
  return { type: 'given', consent };
}

export function evolveConsent(consents: Consents | undefined, event: ConsentEvent): Consents {
  const held = consents ?? [];
  if (event.type === 'given') return [...held, event.consent];
  return held.map((each) =>
    each.scope === event.scope && each.withdrawnOn === undefined ? { ...each, withdrawnOn: event.on } : each,
  );
}

/** Not asked counts as not given (R11). */
export const isGiven = (consents: Consents, scope: ConsentScope): boolean =>
  consents.some((each) => each.scope === scope && each.withdrawnOn === undefined);

/** @throws AppError `consent-missing` */
export function requireConsent(consents: Consents, scope: ConsentScope): void {
  if (!isGiven(consents, scope)) throw consentMissing(scope);
}

const consentMissing = (scope: ConsentScope) =>
  new AppError(
    'consent-missing',
    `The person has not consented to it (${scope}), or has withdrawn it: ask them, and record what they say.`,
  );
