import { isScalar, treeOf, type EventNode } from './event-tree';
import { generalised } from './generalise';
import type { Decision, EventDescription, FieldDecision, Generalisation } from './model';

export interface Projection {
  readonly data: Readonly<Record<string, unknown>>;
  /**
   * Paths left out: one mark whatever the reason, and whether or not there was a value. A path that is to be generalised has
   * the mark where nothing of it is shown, be there no value or one that cannot be generalised. Sorted.
   */
  readonly withheld: readonly string[];
}

/** Of a denied event nothing is shown, whatever its fields say. */
const NOTHING: Decision['fields'] = {};

/** What of the payload is copied: a field with its generalisation, or a section's members. */
type Plan =
  | {
      readonly kind: 'section';
      readonly names: readonly string[];
      readonly members: readonly Plan[];
    }
  | { readonly kind: 'field'; readonly path: string; readonly to: Generalisation | undefined };
interface CompiledProjection {
  readonly event: EventDescription;
  readonly plan: Plan;
  readonly withheld: readonly string[];
  /** Paths of which something coarser is shown. */
  readonly coarsened: readonly string[];
}

/** Fields of a decision are one object for all decisions that come to the same answer. */
const compiled = new WeakMap<Decision['fields'], CompiledProjection>();

/**
 * The part of a payload that a decision lets be seen, as a new object built from the event's fields: what is not
 * known to be open is not copied. A value that cannot be generalised as decided is left out and marked.
 * @param day on which an age is counted (`2026-05-10`): the legal one of the case, asked for where an age is shown; default: that
 *   of the decision, UTC
 */
export function project(
  payload: unknown,
  decision: Decision,
  event: EventDescription,
  day: () => string = () => decision.at.toISOString().slice(0, 10),
): Projection {
  const { plan, withheld, coarsened } = projectionFor(decision.allowed ? decision.fields : NOTHING, event);
  const shown = new Set<string>();
  const data = copy(payload, plan, day, shown);
  const missing = coarsened.filter((path) => !shown.has(path));
  return {
    data: (data ?? {}) as Readonly<Record<string, unknown>>,
    withheld: missing.length === 0 ? withheld : [...withheld, ...missing].sort(),
  };
}

function projectionFor(fields: Decision['fields'], event: EventDescription): CompiledProjection {
  const held = compiled.get(fields);
  if (held?.event === event) return held;
  const paths = event.fields.map(({ path }) => path);
  const made = {
    event,
    plan: planFor(treeOf(event), fields) ?? { kind: 'section' as const, names: [], members: [] },
    withheld: paths.filter((path) => !openField(fields, path)).sort(),
    coarsened: paths.filter((path) => openField(fields, path)?.to !== undefined),
  };
  compiled.set(fields, made);
  return made;
}

/** The field's decision where it lets something be seen. */
function openField(fields: Decision['fields'], path: string): FieldDecision | undefined {
  const field = Object.hasOwn(fields, path) ? fields[path] : undefined;
  return field?.treatment === 'release' || field?.treatment === 'generalise' ? field : undefined;
}

/** Nothing where nothing in it is open. */
function planFor({ path, isField, members }: EventNode, fields: Decision['fields']): Plan | undefined {
  if (isField) {
    const field = openField(fields, path);
    return field && { kind: 'field', path, to: field.to };
  }
  const open = [...members].flatMap(([name, node]) => {
    const plan = planFor(node, fields);
    return plan ? [{ name, plan }] : [];
  });
  if (open.length === 0) return undefined;
  return { kind: 'section', names: open.map(({ name }) => name), members: open.map(({ plan }) => plan) };
}

/** `undefined`: nothing to show, so that not even an empty section tells that there was something. */
function copy(value: unknown, plan: Plan, day: () => string, shown: Set<string>): unknown {
  if (Array.isArray(value)) return copyList(value as unknown[], plan, day, shown);
  if (plan.kind === 'field') {
    if (value === undefined || !isScalar(value)) return undefined;
    if (plan.to === undefined) return value;
    const coarse = generalised(value, plan.to, day);
    if (coarse !== undefined) shown.add(plan.path);
    return coarse;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  let copied: Record<string, unknown> | undefined;
  const { names, members } = plan;
  for (let index = 0; index < names.length; index++) {
    const name = names[index];
    const member = members[index];
    if (name === undefined || member === undefined || !Object.hasOwn(value, name)) continue;
    const seen = copy((value as Record<string, unknown>)[name], member, day, shown);
    if (seen !== undefined) (copied ??= {})[name] = seen;
  }
  return copied;
}

function copyList(list: readonly unknown[], plan: Plan, day: () => string, shown: Set<string>): unknown {
  const items: unknown[] = [];
  for (const item of list) {
    const seen = Array.isArray(item) ? undefined : copy(item, plan, day, shown);
    if (seen !== undefined) items.push(seen);
  }
  return items.length > 0 || (list.length === 0 && plan.kind === 'field') ? items : undefined;
}
