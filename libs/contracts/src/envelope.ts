/**
 * The envelope: CloudEvents 1.0 as one JSON document, sealed as a whole before it leaves (`docs/architecture.md`).
 * Attribute names are those of CloudEvents, lower case without separators.
 */
export interface Envelope<Data = unknown> {
  readonly specversion: '1.0';
  /** Random UUID, per (event, recipient); unchanged over resends and epochs. */
  readonly id: string;
  /** `urn:liaison:agency:<agency id>` */
  readonly source: string;
  /** `liaison.<thing>.<past tense>.v<N>` */
  readonly type: string;
  /** The case's reference for this recipient (pairwise, random UUID). */
  readonly subject: string;
  /** When it was decided (UTC, RFC 3339). */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly dataschema: string;
  /** Agency id of the recipient: in the signed part, so that nobody can replay it to another. */
  readonly recipient: string;
  /** Unit or contact point inside the recipient, where one is named. */
  readonly recipientunit?: string;
  /** UUIDv7 made at every restore of the sender from a backup; the later wins. */
  readonly epoch: string;
  /** Per (source, epoch, recipient, case), from 1, without holes. Absent on unsequenced protocol events. */
  readonly sequence?: number;
  /** Version of the document as this recipient counts. Absent on protocol events and audit records. */
  readonly recipientversion?: number;
  readonly correlationid: string;
  readonly causationid?: string;
  /** Purpose of the release; one that the convention names. */
  readonly purpose?: string;
  /** `<id>@<version>` of the convention it was released under. */
  readonly convention?: string;
  /** Commitment to the decision (hex SHA-256 over a nonce that the sender keeps and the decision's digest). */
  readonly decision?: string;
  /** Commitment to the sender's audit record of this disclosure (hex SHA-256). The receipt's record repeats it. */
  readonly audit?: string;
  /** Field paths that were withheld or masked: one mark, whatever the reason. */
  readonly withheld?: readonly string[];
  readonly data: Data;
}
