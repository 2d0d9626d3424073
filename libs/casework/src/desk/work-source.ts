import type { Agency } from '@liaison/kernel';
import type { CaseFacts } from '../policy/case-facts';

/**
 * Something that waits for a caseworker: one SELECT of the reader's unit, registered by the feature that knows of it.
 * Parameters: `$1` the unit, `$2` the instant (timestamptz), `$3` the legal day (date), `$4` the time zone of legal days,
 * `$5` terms of acknowledgement (jsonb: ISO 8601 durations by `<convention>@<version> <event type>`). Columns, in order:
 *
 * - `id` text: what it is about, one row each
 * - `case_id` uuid, or null where there is no case yet
 * - `since` timestamptz
 * - `is_new` boolean: nobody of this agency has taken note of it
 * - `due_at` timestamptz, or null; `warn_at` timestamptz: from when it is due soon
 * - `type`, `sender`, `convention`, `departement`, `purpose` text: of the document that it comes from, so that only those hear of it
 *   who may read that; null where it is the agency's own record
 */
export interface WorkSource {
  /** Names the kind to callers, such as `notice`. */
  readonly kind: string;
  readonly select: string;
  /** Paths in the document of `type` by which a line is there, is due or has its place: whoever may not read one has no such line. */
  readonly restsOn?: readonly string[];
  /** That the reading of that document rests on, beside its département, and that hold wherever there is such a line. */
  readonly facts?: (own: Pick<Agency, 'id'>) => CaseFacts;
}

/** Injection token of the service's `WorkSource`s. */
export const WORK_SOURCES = Symbol('WORK_SOURCES');
