import { AppError } from '@liaison/kernel';
import { parsePayload } from './parse-payload';
import { getEventType } from './parse-envelope';
import { dataProblems } from './validation';

/** What the two validators say of a value; for the specs beside, not built into the library. */

/** Accepted by both validators, or refused by both; anything else fails. */
export function verdict(type: string, data: unknown): 'accepted' | 'refused' {
  const eventType = getEventType(type);
  const accepted = dataProblems(eventType, data) === undefined;
  agree(accepted, eventType.class, data);
  return accepted ? 'accepted' : 'refused';
}

/** @throws where the two differ */
export function agree(schemaAccepts: boolean, payload: new () => object, data: unknown): void {
  if (classValidatorAccepts(payload, data) === schemaAccepts) return;
  throw new Error(
    `${schemaAccepts ? 'only the schema' : 'only class-validator'} accepts ${JSON.stringify(data)}`,
  );
}

function classValidatorAccepts(payload: new () => object, data: unknown): boolean {
  try {
    parsePayload(payload, data);
    return true;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'event-data-invalid') throw error;
    return false;
  }
}
