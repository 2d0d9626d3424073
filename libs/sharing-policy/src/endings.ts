import type { Rule } from './convention';
import type { Ending } from './model';
import { EFFECTS, type FactKey, type Ground, GROUNDS } from './vocabulary';

const FACTS_OF: Partial<Record<Ground, readonly FactKey[]>> = {
  age: ['age'],
  consent: ['consent'],
};

/**
 * For each ground that a release rests on, what follows when it ends. Of several rules that rest on a ground the most
 * protective effect holds; whether another ground or duty remains, whoever carries it out must look at.
 */
export function endingsOf(rules: readonly Rule[]): readonly Ending[] {
  return GROUNDS.flatMap((ground) => {
    const resting = rules.filter((rule) => restsOn(rule, ground));
    if (resting.length === 0) return [];
    const effects = resting.map(({ whenItEnds }) => EFFECTS.indexOf(whenItEnds.get(ground) ?? 'stop'));
    const effect = EFFECTS[Math.max(...effects)] ?? 'stop';
    const stating = resting.filter(({ whenItEnds }) => whenItEnds.get(ground) === effect);
    return [{ ground, effect, rules: stating.map(({ id }) => id).sort() }];
  });
}

/** Every release ends with its convention, and may meet a protection that is granted later. */
function restsOn(rule: Rule, ground: Ground): boolean {
  if (ground === 'convention' || ground === 'protection') return true;
  if (ground === 'relation') return rule.relation.length > 0;
  return (FACTS_OF[ground] ?? []).some((fact) => rule.when.has(fact)) || rule.whenItEnds.has(ground);
}
