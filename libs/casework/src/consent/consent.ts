import { AppError } from '@liaison/kernel';
import type { CaseFacts, Consent } from '../policy/case-facts';

/** How it was given: signed, or heard in the presence of somebody who says so (RGPD 7(1): whoever relies on it shows it). */
export const CONSENT_FORMS = ['written', 'oral-witnessed'] as const;

/** In which capacity it was explained to the person. */
export const EXPLAINED_AS = ['caseworker', 'interpreter', 'lawyer'] as const;

/** Kinds of recipient that somebody is asked about. */
export const CONSENT_KINDS = [
  'prefecture',
  'ase',
  'association',
  'justice',
  'police',
  'coordination',
] as const;

/** How somebody came to agree. */
export interface ConsentEvidence {
  readonly form: (typeof CONSENT_FORMS)[number];
  /** ISO 639, in which it was explained. */
  readonly language: string;
  readonly explainedAs: (typeof EXPLAINED_AS)[number];
}

/** What the person said on a day, about one kind of recipient and one purpose (R11). */
export interface SaidConsent extends Consent, Partial<ConsentEvidence> {
  /** Legal day. */
  readonly on: string;
}

/**
 * A consent counts only with how it was given. A refusal or a withdrawal is taken as it comes, also where nothing was given:
 * it is as easy as that (RGPD 7(3)), and protects.
 * @param today the legal day
 * @throws AppError `day-in-the-future`
 */
export function saidOn(
  said: Consent & Partial<ConsentEvidence> & { readonly on?: string },
  today: string,
): SaidConsent {
  const { to, purpose, value, on = today, form, language, explainedAs } = said;
  if (on > today) throw new AppError('day-in-the-future', 'That day has not come yet: correct the date.');
  const evidence = {
    ...(form && { form }),
    ...(language && { language }),
    ...(explainedAs && { explainedAs }),
  };
  return { to, purpose, value, on, ...(value === 'given' && evidence) };
}

/** The facts once this was said: of one kind of recipient and one purpose the last word counts. */
export function withConsent(facts: CaseFacts, { to, purpose, value }: Consent): CaseFacts {
  const others = (facts.consents ?? []).filter((each) => each.to !== to || each.purpose !== purpose);
  return { ...facts, consents: [...others, { to, purpose, value }] };
}
