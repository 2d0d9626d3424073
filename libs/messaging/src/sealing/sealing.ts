/**
 * Seals an envelope for one agency and opens what was sealed for this one. Bytes are opaque to everything else.
 * `seal` MUST bind the sender and the recipient; `open` MUST verify before it parses.
 */
export interface Sealing {
  seal(envelope: Buffer, recipient: string): Promise<Buffer>;
  /** @throws AppError `seal-broken` (not retriable): unknown sender, changed byte, another recipient. */
  open(sealed: Buffer): Promise<Buffer>;
}
