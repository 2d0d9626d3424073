import type { Rule } from './convention';
import type { Ending } from './model';
import { type Effect, EFFECTS, type FactKey, type Ground, GROUNDS } from './vocabulary';

const FACTS_OF: Partial<Record<Ground, readonly FactKey[]>> = {
  age: ['age'],
  consent: ['consent'],
};

/**
 * For each ground that a release rests on, what follows when it ends, and for which of its open fields. Of several rules
 * that rest on a ground and open a field the most protective effect holds for that field; a field that no such rule opens
 * is not reached. Whether another ground or duty remains, whoever carries it out must look at.
 * @param open by path, the rules that open it
 */
export function endingsOf(
  rules: readonly Rule[],
  open: ReadonlyMap<string, readonly Rule[]>,
): readonly Ending[] {
  return GROUNDS.flatMap((ground): Ending[] => {
    if (!rules.some((rule) => restsOn(rule, ground))) return [];
    const stating = (effect: Effect) =>
      rules.filter((rule) => restsOn(rule, ground) && rule.whenItEnds.get(ground) === effect);
    // What shows nothing is still an event that was shared.
    const parts = open.size > 0 ? open : new Map([['', rules]]);
    const byField = [...parts].map(([path, opening]) => ({ path, effect: strongest(opening, ground) }));
    const found = EFFECTS.filter((effect) => effect !== 'stop')
      .reverse()
      .flatMap((effect): Ending[] => {
        const fields = byField.filter((each) => each.effect === effect).map(({ path }) => path);
        if (fields.length === 0) return [];
        const part = fields.length < parts.size ? { fields: fields.sort() } : {};
        return [{ ground, effect, rules: idsOf(stating(effect)), ...part }];
      });
    return found.length > 0 ? found : [{ ground, effect: 'stop', rules: idsOf(stating('stop')) }];
  });
}

/** What follows for a field that these rules open; nothing where none of them rests on the ground. */
function strongest(rules: readonly Rule[], ground: Ground): Effect | undefined {
  const effects = rules
    .filter((rule) => restsOn(rule, ground))
    .map(({ whenItEnds }) => EFFECTS.indexOf(whenItEnds.get(ground) ?? 'stop'));
  return EFFECTS[Math.max(...effects)];
}

function idsOf(rules: readonly Rule[]): readonly string[] {
  return rules.map(({ id }) => id).sort();
}

/** Every release ends with its convention, and may meet a protection that is granted later. */
function restsOn(rule: Rule, ground: Ground): boolean {
  if (ground === 'convention' || ground === 'protection') return true;
  if (ground === 'relation') return rule.relation.length > 0;
  return (FACTS_OF[ground] ?? []).some((fact) => rule.when.has(fact)) || rule.whenItEnds.has(ground);
}
