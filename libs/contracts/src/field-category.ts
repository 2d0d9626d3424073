import { getMetadataStorage } from 'class-validator';
import { type CoarserForm, coarserFormsOf, nestedClassOf } from './rules';
import type { FieldCategory } from './vocabulary';

/** A field of an event type: its leaf path (`exploitation.places.commune`: list items share one path) and category. */
export interface EventField {
  readonly path: string;
  readonly category: string;
  /** Coarser forms that the event's schema accepts in its place. Absent: not described, nothing is checked. */
  readonly coarserForms?: readonly CoarserForm[];
}

/** What the sharing policy needs to know of an event type. Empty of fields for a protocol event. */
export interface EventDescription {
  readonly type: string;
  readonly fields: readonly EventField[];
}

/** A class of data; every event type has one. */
export type PayloadClass<T extends object = object> = new () => T;

const categories = new WeakMap<object, Map<string, FieldCategory>>();
interface EventMark {
  readonly type: string;
  readonly protocol: boolean;
  readonly sequenced: boolean;
}
const events = new WeakMap<object, EventMark>();

/**
 * The category of a leaf field; of a section or a list, that of every leaf in it that has none of its own. Every leaf
 * has one: `describeEvent` refuses a class in which one is missing.
 */
export function Category(category: FieldCategory): PropertyDecorator {
  return (target, property) => {
    const ofClass = categories.get(target.constructor) ?? new Map<string, FieldCategory>();
    categories.set(target.constructor, ofClass.set(String(property), category));
  };
}

/** Marks the payload of an event type that conventions decide about. */
export function EventPayload(type: string): ClassDecorator {
  return (target) => void events.set(target, { type, protocol: false, sequenced: true });
}

/** Marks a record that an agency holds of its own: conventions decide who reads it, and it is never sent. */
export const HeldRecord = EventPayload;

/**
 * Marks the payload of a protocol event: enumerated fields, no personal data, so no categories; a statutory floor
 * allows it and no convention decides about it.
 * @param sequenced whether it has a place in its case's order, as a void has; others must have none
 */
export function ProtocolPayload(type: string, { sequenced = false } = {}): ClassDecorator {
  return (target) => void events.set(target, { type, protocol: true, sequenced });
}

/** @throws Error (a mistake in the program) on a class without event type, or with a leaf that has no category. */
export function describeEvent(payload: PayloadClass): EventDescription {
  const event = events.get(payload);
  if (!event) throw new Error(`${payload.name} is not the payload of an event type`);
  return { type: event.type, fields: event.protocol ? [] : leaves(payload, '', undefined) };
}

export function isProtocolPayload(payload: PayloadClass): boolean {
  return events.get(payload)?.protocol ?? false;
}

/** Whether it has a place in its case's order. */
export function isSequencedPayload(payload: PayloadClass): boolean {
  return events.get(payload)?.sequenced ?? false;
}

function leaves(
  payload: object & { readonly name: string },
  prefix: string,
  inherited: FieldCategory | undefined,
): EventField[] {
  return validatedProperties(payload).flatMap((property) => {
    const path = prefix + property;
    const category = categories.get(payload)?.get(property) ?? inherited;
    const nested = nestedClassOf(payload, property);
    if (nested) return leaves(nested, `${path}.`, category);
    if (!category) throw new Error(`${payload.name}.${property} (${path}) has no category`);
    return [{ path, category, coarserForms: coarserFormsOf(payload, property) }];
  });
}

/** Every property that validation accepts, in the order of declaration: nothing else can be in a payload. */
export function validatedProperties(payload: object): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(payload as () => void, '', true, false);
  return [...new Set(rules.map((rule) => rule.propertyName))];
}
