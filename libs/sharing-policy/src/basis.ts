import { askedFact, valueOf } from './facts';
import type { Decision, DecisionRequest, Ending, FieldDecision } from './model';
import { type Treatment, TREATMENTS } from './model';
import type { Effect, FactName, Ground } from './vocabulary';

/** Facts whose change can end a ground. */
const GROUND_FACTS = [
  'age',
  'consent',
  'protectedIdentity',
  'protectedAddress',
] as const satisfies FactName[];

/**
 * What one release rests on, as its sender keeps it: the grounds whose end has an effect on what was shared, and what was
 * established then. JSON.
 */
export interface ShareBasis {
  readonly endings: readonly Pick<Ending, 'ground' | 'effect'>[];
  readonly facts: Readonly<Partial<Record<(typeof GROUND_FACTS)[number], string | boolean>>>;
  readonly relation: readonly string[];
}

/** Undefined where nothing but `stop` follows: then there is nothing to carry out. */
export function basisOf(decision: Decision, request: DecisionRequest): ShareBasis | undefined {
  const endings = decision.endings.filter(({ effect }) => effect !== 'stop');
  if (endings.length === 0) return undefined;
  return {
    endings: endings.map(({ ground, effect }) => ({ ground, effect })),
    facts: establishedBy(request),
    relation: request.relation,
  };
}

/**
 * Which of the grounds have ended by the instant of `now`, each with its effect.
 * @param now the same release as it would be asked for now
 * @param conventionInForce whether any version of its convention still is
 */
export function endedGrounds(
  { endings, facts, relation }: ShareBasis,
  now: DecisionRequest,
  conventionInForce: boolean,
): readonly { readonly ground: Ground; readonly effect: Exclude<Effect, 'stop'> }[] {
  const current = establishedBy(now);
  const ended: Record<Ground, boolean> = {
    // An age that nobody knows any more, or a consent: unknown protects.
    age: facts.age !== undefined && current.age !== facts.age,
    consent: facts.consent === 'given' && current.consent !== 'given',
    protection: (['protectedIdentity', 'protectedAddress'] as const).some(
      (fact) => facts[fact] === false && current[fact] !== false,
    ),
    relation: relation.length > 0 && !relation.some((each) => now.relation.includes(each)),
    convention: !conventionInForce,
  };
  return endings.flatMap(({ ground, effect }) =>
    effect !== 'stop' && ended[ground] ? [{ ground, effect }] : [],
  );
}

/**
 * What an effect comes to, now that a ground has ended. What would be released again just as it was rests on another
 * ground: nothing follows. Where part of it would be, it is not purged but shown to fewer.
 * @param then treatments as they were, by path
 */
export function remainingEffect(
  effect: Exclude<Effect, 'stop'>,
  then: readonly { readonly path: string; readonly treatment: Treatment; readonly to?: string }[],
  now: Decision,
): Exclude<Effect, 'stop'> | undefined {
  if (!now.allowed) return effect;
  const openness = ({ treatment }: Pick<FieldDecision, 'treatment'>) => TREATMENTS.indexOf(treatment);
  const stands = then.every(({ path, treatment, to }) => {
    if (treatment !== 'release' && treatment !== 'generalise') return true;
    const field = now.fields[path];
    if (!field || openness(field) > openness({ treatment })) return false;
    return field.treatment === 'release' || field.to === to;
  });
  return stands ? undefined : 'restrict';
}

function establishedBy(request: DecisionRequest): ShareBasis['facts'] {
  return Object.fromEntries(
    GROUND_FACTS.flatMap((fact) => {
      const value = valueOf(askedFact(fact), request);
      return value === undefined ? [] : [[fact, value]];
    }),
  );
}

/** Roles that still read what is restricted, as far as its convention lets them. */
export const RESTRICTED_READERS: readonly string[] = ['supervisor', 'dpo'];
