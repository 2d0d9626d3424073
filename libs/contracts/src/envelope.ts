import { TRACEPARENT } from '@liaison/kernel';
import { JSONSchema } from 'class-validator-jsonschema';
import { ConventionId, DirectoryId, EventTypeName, FieldPath, Word } from './codes';
import { AnyObject, Code, Hex, OneOf, Optional, Timestamp, Uuid, WholeNumber } from './rules';
import { LAST_SEQUENCE } from './sequence';

const AGENCY_URN = 'urn:liaison:agency:';
const WHAT = '^[A-Za-z0-9]+([-:._@/][A-Za-z0-9]+)*$';

/**
 * The envelope: CloudEvents 1.0 as one JSON document, sealed as a whole before it leaves (`docs/architecture.md`).
 * Attribute names are those of CloudEvents, lower case without separators.
 */
@JSONSchema({ title: 'Envelope' })
export class Envelope<Data = unknown> {
  @OneOf(['1.0'])
  readonly specversion: '1.0';

  /** Random UUID, per (event, recipient); unchanged over resends and epochs. */
  @Uuid()
  readonly id: string;

  /** `urn:liaison:agency:<agency id>` */
  @Code(`^${AGENCY_URN}[a-z0-9]+(-[a-z0-9]+)*$`, 90, `the sender, ${AGENCY_URN}<agency id>`)
  readonly source: string;

  /** `liaison.<thing>.<past tense>.v<N>` */
  @EventTypeName()
  readonly type: string;

  /** The case's reference for this recipient (pairwise, random UUID); on protocol events and audit records any id. */
  @Code(WHAT, 100, 'an id')
  readonly subject: string;

  /** When it was decided (UTC, RFC 3339). */
  @Timestamp()
  readonly time: string;

  @OneOf(['application/json'])
  readonly datacontenttype: 'application/json';

  @Code(
    '^urn:liaison:schema:[a-z.-]+:v[1-9]\\d*$',
    150,
    'a schema, urn:liaison:schema:<thing>.<past tense>:v<N>',
  )
  readonly dataschema: string;

  /** Agency id of the recipient: in the signed part, so that nobody can replay it to another. */
  @DirectoryId()
  readonly recipient: string;

  /** Unit or contact point inside the recipient, where one is named. */
  @Optional()
  @DirectoryId()
  readonly recipientunit?: string;

  /** UUIDv7 made at every restore of the sender from a backup; the later wins. */
  @Uuid()
  readonly epoch: string;

  /** Per (source, epoch, recipient, case), from 1, without holes. Absent on acknowledgements and requests. */
  @Optional()
  @WholeNumber(1, LAST_SEQUENCE)
  readonly sequence?: number;

  /** Version of the document as this recipient counts. Absent on events of delivery and on audit records. */
  @Optional()
  @WholeNumber(1, 1_000_000_000)
  readonly recipientversion?: number;

  @Code(WHAT, 100, 'an id')
  readonly correlationid: string;

  @Optional()
  @Code(WHAT, 100, 'an id')
  readonly causationid?: string;

  /** Purpose of the release; one that the convention names. */
  @Optional()
  @Word()
  readonly purpose?: string;

  /** `<id>@<version>` of the convention it was released under. */
  @Optional()
  @ConventionId()
  readonly convention?: string;

  /** Commitment to the decision (hex SHA-256 over a nonce that the sender keeps and the decision's digest). */
  @Optional()
  @Hex(32)
  readonly decision?: string;

  /** Commitment to the sender's audit record of this disclosure (hex SHA-256). The receipt's record repeats it. */
  @Optional()
  @Hex(32)
  readonly audit?: string;

  /** Ids of earlier events of the same case that the recipient parked and that this one stands in for. */
  @Optional()
  @Uuid({ list: 50 })
  readonly replaces?: readonly string[];

  /**
   * Where the sender's trace can be linked to, in the form of a W3C `traceparent`: of this event and recipient alone, and
   * not the sender's own trace id, by which two recipients could join what they hold. Absent where nothing is recorded.
   */
  @Optional()
  @Code(TRACEPARENT, 55, 'a W3C traceparent')
  readonly traceparent?: string;

  /** Field paths that were withheld or masked: one mark, whatever the reason. */
  @Optional()
  @FieldPath({ list: 500 })
  readonly withheld?: readonly string[];

  @AnyObject()
  readonly data: Data;
}

/** The envelope's `source` for an agency. */
export function sourceOf(agencyId: string): string {
  return AGENCY_URN + agencyId;
}

/** The agency id in an envelope's `source`. */
export function agencyOf(source: string): string {
  return source.slice(AGENCY_URN.length);
}
