import { generalised } from './generalise';
import type { Decision, EventDescription, FieldDecision, Generalisation } from './model';
import { isScalar } from './receipt';

export interface Projection {
  readonly data: Readonly<Record<string, unknown>>;
  /** Paths left out: one mark whatever the reason, and whether or not there was a value. Sorted. */
  readonly withheld: readonly string[];
}

/** Of a denied event nothing is shown, whatever its fields say. */
const NOTHING: Decision['fields'] = {};

/** What of the payload is copied: a section's members, or a field with its generalisation. */
type Plan =
  | { readonly kind: 'section'; readonly members: readonly (readonly [name: string, plan: Plan])[] }
  | { readonly kind: 'field'; readonly path: string; readonly to?: Generalisation };
interface CompiledProjection {
  readonly event: EventDescription;
  readonly plan: Plan;
  readonly withheld: readonly string[];
}

/** Fields of a decision are one object for all decisions that come to the same answer. */
const compiled = new WeakMap<Decision['fields'], CompiledProjection>();

/**
 * The part of a payload that a decision lets be seen, as a new object built from the event's fields: what is not
 * known to be open is not copied. A value that cannot be generalised as decided is left out and marked.
 */
export function project(payload: unknown, decision: Decision, event: EventDescription): Projection {
  const { plan, withheld } = projectionFor(decision.allowed ? decision.fields : NOTHING, event);
  const failed = new Set<string>();
  const data = copy(payload, plan, decision.at, failed);
  return {
    data: (data ?? {}) as Readonly<Record<string, unknown>>,
    withheld: failed.size === 0 ? withheld : [...withheld, ...failed].sort(),
  };
}

function projectionFor(fields: Decision['fields'], event: EventDescription): CompiledProjection {
  const held = compiled.get(fields);
  if (held?.event === event) return held;
  const isOpen = ({ path }: { path: string }) => treatmentOf(fields, path) !== undefined;
  const made = {
    event,
    plan: planFor(
      event.fields.filter(isOpen).map(({ path }) => path),
      '',
      fields,
    ),
    withheld: event.fields
      .filter((field) => !isOpen(field))
      .map(({ path }) => path)
      .sort(),
  };
  compiled.set(fields, made);
  return made;
}

/** The field's decision where it lets something be seen. */
function treatmentOf(fields: Decision['fields'], path: string): FieldDecision | undefined {
  const field = Object.hasOwn(fields, path) ? fields[path] : undefined;
  return field?.treatment === 'release' || field?.treatment === 'generalise' ? field : undefined;
}

function planFor(paths: readonly string[], prefix: string, fields: Decision['fields']): Plan {
  const names = new Set(paths.map((path) => path.slice(prefix.length).split('.', 1)[0] ?? ''));
  const members = [...names].map((name): readonly [string, Plan] => {
    const path = prefix + name;
    if (!paths.includes(path)) {
      const inside = paths.filter((each) => each.startsWith(`${path}.`));
      return [name, planFor(inside, `${path}.`, fields)];
    }
    const to = treatmentOf(fields, path)?.to;
    return [name, { kind: 'field', path, ...(to ? { to } : {}) }];
  });
  return { kind: 'section', members };
}

/** `undefined`: nothing to show, so that not even an empty section tells that there was something. */
function copy(value: unknown, plan: Plan, at: Date, failed: Set<string>): unknown {
  if (Array.isArray(value)) {
    const items = (value as unknown[])
      .map((item) => (Array.isArray(item) ? undefined : copy(item, plan, at, failed)))
      .filter((item) => item !== undefined);
    return items.length > 0 || (value.length === 0 && plan.kind === 'field') ? items : undefined;
  }
  if (plan.kind === 'field') {
    if (value === undefined || !isScalar(value)) return undefined;
    if (plan.to === undefined) return value;
    const coarse = generalised(value, plan.to, at);
    if (coarse === undefined) failed.add(plan.path);
    return coarse;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const copied: Record<string, unknown> = {};
  let empty = true;
  for (const [name, member] of plan.members) {
    if (!Object.hasOwn(value, name)) continue;
    const shown = copy((value as Record<string, unknown>)[name], member, at, failed);
    if (shown === undefined) continue;
    copied[name] = shown;
    empty = false;
  }
  return empty ? undefined : copied;
}
