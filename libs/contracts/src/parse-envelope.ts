import { AppError } from '@liaison/kernel';
import type { Envelope } from './envelope';
import { isDeeperThan, MAX_DEPTH, type Problems } from './problems';
import { EVENT_TYPES, type EventType, findEventType } from './registry';
import { dataProblems, envelopeProblems } from './validation';

/** In bytes of UTF-8. The largest notice fits several times. */
export const MAX_ENVELOPE_BYTES = 256 * 1024;

/**
 * Reads an opened envelope and validates it and its data: `readEnvelope`, then `assertEnvelopeData`. Throws nothing but
 * `AppError`s, none retriable, that carry paths and rules but no value.
 */
export function parseEnvelope(text: string | Uint8Array): Envelope<object> {
  const envelope = readEnvelope(text);
  assertEnvelopeData(envelope);
  return envelope;
}

/**
 * The attributes alone: enough to know sender, case and place in its order, whatever the data are.
 * @throws AppError `envelope-too-large`, `envelope-not-json`, `envelope-too-deep`, `envelope-invalid`
 */
export function readEnvelope(text: string | Uint8Array): Envelope<object> {
  const value = parseJson(text);
  if (isDeeperThan(value, MAX_DEPTH)) {
    throw new AppError(
      'envelope-too-deep',
      `The envelope nests deeper than ${MAX_DEPTH} levels. Correct the sender.`,
    );
  }
  const problems = envelopeProblems(value);
  if (problems) throw invalid(problems);
  return value as Envelope<object>;
}

/**
 * Whether this version of the software understands the type, and the data are what the type says.
 * @throws AppError `event-type-unknown`, `event-version-newer` (the thing is known, this version is not yet),
 * `envelope-invalid`, `event-data-invalid`
 */
export function assertEnvelopeData(envelope: Envelope<object>): void {
  const eventType = getEventType(envelope.type);
  const mismatch = problemsWithType(envelope, eventType);
  if (mismatch) throw invalid(mismatch);
  assertEventData(eventType, envelope.data, envelope.withheld);
}

/**
 * Holds a payload to the schema of its type.
 * @param withheld Paths that the sender held back: they are not missed.
 * @throws AppError `event-data-invalid`
 */
export function assertEventData(eventType: EventType, data: unknown, withheld: readonly string[] = []): void {
  const problems = dataProblems(eventType, data, withheld);
  if (!problems) return;
  throw new AppError(
    'event-data-invalid',
    `The data are no ${eventType.type}: ${Object.keys(problems).join(', ')}. Correct these fields.`,
    { fields: problems },
  );
}

/** @throws AppError `event-type-unknown`, `event-version-newer` */
export function getEventType(type: string): EventType {
  const found = findEventType(type);
  if (found) return found;
  const [, thing, version] = /^(.*)\.v(\d+)$/.exec(type) ?? [];
  const older = EVENT_TYPES.some((known) => {
    const [, knownThing, knownVersion] = /^(.*)\.v(\d+)$/.exec(known.type) ?? [];
    return knownThing === thing && Number(knownVersion) < Number(version);
  });
  throw older
    ? new AppError('event-version-newer', 'A newer version of a known event type. Upgrade, then redrive it.')
    : new AppError(
        'event-type-unknown',
        'No such event type here. Upgrade and redrive it, or correct the sender.',
      );
}

function parseJson(text: string | Uint8Array): unknown {
  if (sizeOf(text) > MAX_ENVELOPE_BYTES) {
    throw new AppError(
      'envelope-too-large',
      `The envelope has more than ${MAX_ENVELOPE_BYTES} bytes. Shorten it.`,
    );
  }
  try {
    return JSON.parse(
      typeof text === 'string' ? text : new TextDecoder('utf-8', { fatal: true }).decode(text),
    );
  } catch {
    // The cause is left out: its message quotes the text.
    throw new AppError('envelope-not-json', 'The opened bytes are not JSON in UTF-8. Correct the sender.');
  }
}

function sizeOf(text: string | Uint8Array): number {
  if (typeof text !== 'string') return text.byteLength;
  return text.length > MAX_ENVELOPE_BYTES ? text.length : new TextEncoder().encode(text).byteLength;
}

function problemsWithType(envelope: Envelope, eventType: EventType): Problems | undefined {
  if (envelope.dataschema !== eventType.schemaId) return { dataschema: `must be ${eventType.schemaId}` };
  if (eventType.sequenced && envelope.sequence === undefined)
    return { sequence: 'is missing: only acknowledgements and requests have none' };
  if (!eventType.sequenced && envelope.sequence !== undefined)
    return { sequence: 'is there: this type has no place in an order' };
  return undefined;
}

function invalid(problems: Problems): AppError {
  return new AppError(
    'envelope-invalid',
    `The envelope is not valid: ${Object.keys(problems).join(', ')}. Correct the sender.`,
    { fields: problems },
  );
}
