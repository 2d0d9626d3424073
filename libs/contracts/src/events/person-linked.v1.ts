import { JSONSchema } from 'class-validator-jsonschema';
import { Word } from '../codes';
import { Category, EventPayload } from '../field-category';
import { Section, Timestamp, Uuid, WholeNumber } from '../rules';

export const PERSON_LINKED = 'liaison.person.linked.v1';
export const PERSON_UNLINKED = 'liaison.person.unlinked.v1';

/** Of one link; nobody links and unlinks two cases that often. */
export const MOST_ROUNDS = 1000;

/** Pairwise references, as both agencies exchange about the cases; the smaller first, as text. */
export class TwoReferences {
  @Category('procedure')
  @Uuid()
  first: string;

  @Category('procedure')
  @Uuid()
  second: string;
}

/**
 * An agency says that two cases about which it exchanges with another are one person: it proposes that, or confirms what the other has
 * proposed. References that both know, and nothing else: no name, no ground. The envelope's `subject` is of this word alone.
 */
@EventPayload(PERSON_LINKED)
@JSONSchema({ title: 'Person linked' })
export class PersonLinkedV1 {
  @Section(() => TwoReferences)
  cases: TwoReferences;

  /** From 1; whoever says it anew after either side has ended it begins the next. */
  @Category('procedure')
  @WholeNumber(1, MOST_ROUNDS)
  round: number;

  @Category('dates')
  @Timestamp()
  saidAt: string;

  /** Role of the agent, e.g. `caseworker`. */
  @Category('procedure')
  @Word()
  role: string;
}

/** It does not say so: it refuses what the other has proposed, or undoes what it said itself. The round is over for both. */
@EventPayload(PERSON_UNLINKED)
@JSONSchema({ title: 'Person unlinked' })
export class PersonUnlinkedV1 {
  @Section(() => TwoReferences)
  cases: TwoReferences;

  /** The one that it ends. */
  @Category('procedure')
  @WholeNumber(1, MOST_ROUNDS)
  round: number;

  @Category('dates')
  @Timestamp()
  saidAt: string;

  /** Role of the agent, e.g. `caseworker`. */
  @Category('procedure')
  @Word()
  role: string;
}
