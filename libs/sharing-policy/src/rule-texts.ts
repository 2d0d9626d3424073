import type { Rule } from './convention';
import { entryFor, type RuleSet } from './evaluate';
import type { EventField } from './model';
import { concerns } from './request-classes';
import { isOpen } from './treatments';

/** All that a rule set says that can bear on a field, or on the event as a whole; not what its rules are called. */
export function concerning({ conventions, forbids }: RuleSet, field: EventField | undefined): string {
  return JSON.stringify([
    conventions.map(({ rules }) => rules.map((rule) => textOfRule(rule, field)).sort()).sort(),
    forbids
      .filter(({ forbid }) => forbid.withholds === 'event' || concerns(forbid, field))
      .map(textOfForbid)
      .sort(),
  ]);
}

const forbidTexts = new WeakMap<object, string>();

function textOfForbid({
  forbid,
  statute: { id, mark, liftedByVitalInterest },
}: RuleSet['forbids'][number]): string {
  let held = forbidTexts.get(forbid);
  if (held === undefined) {
    const { unlessRelation, when, withholds, operations, purposes } = forbid;
    held = text({
      ...{ unlessRelation, when, operations, purposes, liftedByVitalInterest },
      ...{ whole: withholds === 'event', setAsideAs: mark === 'default' ? id : '' },
    });
    forbidTexts.set(forbid, held);
  }
  return held;
}

const rulesTexts = new WeakMap<
  Rule,
  { readonly conditions: string; readonly duties: string; readonly endings: string }
>();

function textOfRule(rule: Rule, field: EventField | undefined): string {
  let held = rulesTexts.get(rule);
  if (!held) {
    const { relation, purposes, when, readers, despite, obligations, whenItEnds } = rule;
    held = {
      conditions: text({ relation, purposes, when, readers, despite }),
      duties: text({ obligations }),
      endings: text({ whenItEnds }),
    };
    rulesTexts.set(rule, held);
  }
  if (!field) return held.conditions + held.duties + held.endings;
  const entry = entryFor(rule, field.path, field.category);
  const readers = entry?.readers ? [...entry.readers].sort().join() : '*';
  return `${held.conditions}${entry?.treatment} ${entry?.to} ${readers}${isOpen(entry) ? held.endings : ''}`;
}

/** Lists stand for sets here: in an order that does not depend on how they were written. */
function text(value: object): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    member instanceof Map
      ? [...member].map((entry) => text(entry)).sort()
      : member instanceof Set || Array.isArray(member)
        ? [...(member as Iterable<unknown>)].map((each) => JSON.stringify(each)).sort()
        : member,
  );
}
