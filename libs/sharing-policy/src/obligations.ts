import type { Rule } from './convention';
import type { Obligation } from './model';
import type { ObligationKind } from './vocabulary';

const SECONDS = { Y: 31_556_952, W: 604_800, D: 86_400, H: 3_600, S: 1 } as const;
const MONTH = 2_629_746;

/**
 * Obligations of several rules add up: of two terms for the same duty the shorter holds. Who may read (`only-roles`)
 * stands for each rule by itself.
 */
export function strictestObligations(rules: readonly Rule[]): readonly Obligation[] {
  const byKind = new Map<string, Obligation>();
  const inOrder = [...rules].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  for (const rule of inOrder) {
    for (const [kind, value] of rule.obligations) {
      const held = byKind.get(kind);
      if (!held || seconds(value) < seconds(held.value)) byKind.set(kind, { kind, value, rule: rule.id });
    }
  }
  const readers = inOrder.map((rule) => ({
    kind: 'only-roles',
    value: [...rule.readers].sort().join(','),
    rule: rule.id,
  }));
  const kinds = [...byKind.keys()].sort();
  return [...kinds.flatMap((kind) => byKind.get(kind) ?? []), ...readers];
}

/** The term of a duty, in seconds; undefined where nobody has it. */
export function termOf(kind: ObligationKind, obligations: readonly Obligation[]): number | undefined {
  const duty = obligations.find((obligation) => obligation.kind === kind);
  return duty && seconds(duty.value);
}

/** Length of an ISO 8601 duration, with mean months and years: good for telling which is shorter. */
export function seconds(duration: string): number {
  const [date = '', time = ''] = duration.replace('P', '').split('T');
  const sum = (part: string, month: number) =>
    [...part.matchAll(/(\d+)([YMWDHS])/g)].reduce((total, [, count, unit]) => {
      const length = unit === 'M' ? month : SECONDS[unit as keyof typeof SECONDS];
      return total + Number(count) * length;
    }, 0);
  return sum(date, MONTH) + sum(time, 60);
}
