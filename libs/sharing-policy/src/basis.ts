import { askedFact, valueOf } from './facts';
import type { Decision, DecisionRequest, Ending } from './model';
import { type Treatment, TREATMENTS } from './model';
import { isOpen } from './treatments';
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
  readonly endings: readonly Pick<Ending, 'ground' | 'effect' | 'fields'>[];
  readonly facts: Readonly<Partial<Record<(typeof GROUND_FACTS)[number], string | boolean>>>;
  readonly relation: readonly string[];
}

/** Undefined where nothing but `stop` follows: then there is nothing to carry out. */
export function basisOf(decision: Decision, request: DecisionRequest): ShareBasis | undefined {
  const endings = decision.endings.filter(({ effect }) => effect !== 'stop');
  if (endings.length === 0) return undefined;
  return {
    endings: endings.map(({ ground, effect, fields }) => ({ ground, effect, ...(fields && { fields }) })),
    facts: establishedBy(request),
    relation: request.relation,
  };
}

/** A ground that has ended, and what follows for the fields that it reaches; without `fields`, for all. */
export interface EndedGround {
  readonly ground: Ground;
  readonly effect: Exclude<Effect, 'stop'>;
  readonly fields?: readonly string[];
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
): readonly EndedGround[] {
  const current = establishedBy(now);
  const ended: Record<Ground, boolean> = {
    // An age that nobody knows any more, or a consent: unknown protects.
    age: facts.age !== undefined && current.age !== facts.age,
    consent: facts.consent === 'given' && current.consent !== 'given',
    protection: (['protectedIdentity', 'protectedAddress'] as const).some(
      (fact) => facts[fact] === false && current[fact] !== false,
    ),
    // Which of them it rested on, what would be released now says: `remainingEffects` asks.
    relation: relation.some((each) => !now.relation.includes(each)),
    convention: !conventionInForce,
  };
  return endings.flatMap(({ ground, effect, fields }) =>
    effect !== 'stop' && ended[ground] ? [{ ground, effect, ...(fields && { fields }) }] : [],
  );
}

/** One field as it was decided at the disclosure. */
interface Shared {
  readonly path: string;
  readonly treatment: Treatment;
  readonly to?: string;
}

/**
 * What the grounds that have ended come to, worked out field by field. A field that would be released again just as it was
 * rests on another ground: nothing follows for it, nor for one that no such ground reaches. Where every field comes to the
 * same effect it is the event's, without `fields`; otherwise each effect names its own, sorted.
 * @param then treatments as they were, by path
 * @returns what purges first
 */
export function remainingEffects(
  ended: readonly EndedGround[],
  then: readonly Shared[],
  now: Decision,
): readonly EndedGround[] {
  const open = then.filter(isOpen);
  const reached = open
    .filter((field) => !stands(field, now))
    .flatMap(({ path }) => {
      const most = strongest(ended.filter(({ fields }) => fields?.includes(path) ?? true));
      return most ? [{ path, ground: most.ground, effect: most.effect }] : [];
    });
  // Of an event that showed nothing there is the event itself.
  const most = strongest(open.length === 0 && !now.allowed ? ended : reached);
  if (!most) return [];
  const whole = reached.length === open.length && reached.every(({ effect }) => effect === most.effect);
  if (whole) return [{ ground: most.ground, effect: most.effect }];
  return (['purge', 'restrict'] as const).flatMap((effect) => {
    const own = reached.filter((each) => each.effect === effect);
    return [...new Set(own.map(({ ground }) => ground))].map((ground) => ({
      ground,
      effect,
      fields: own
        .filter((each) => each.ground === ground)
        .map(({ path }) => path)
        .sort(),
    }));
  });
}

type Follows = Pick<EndedGround, 'ground' | 'effect'>;

function strongest(grounds: readonly Follows[]): Follows | undefined {
  return grounds.find(({ effect }) => effect === 'purge') ?? grounds[0];
}

/** Whether a field would be released today as it was then, or more openly. */
function stands({ path, treatment, to }: Shared, { allowed, fields }: Decision): boolean {
  const field = fields[path];
  if (!allowed || !field || TREATMENTS.indexOf(field.treatment) > TREATMENTS.indexOf(treatment)) return false;
  return field.treatment === 'release' || field.to === to;
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
