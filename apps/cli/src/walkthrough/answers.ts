import type { NoticeIssuedV2 } from '@liaison/contracts';

// What the walkthrough reads of the services' answers. The OpenAPI documents have them whole.

export type Content = Partial<NoticeIssuedV2>;

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string | null;
}

/** What becomes of a field, and why: the sender's to know. */
export interface FieldReason {
  readonly path: string;
  readonly treatment: string;
  readonly to?: string;
  readonly rules: readonly string[];
  readonly articles: readonly string[];
}

export interface Denial {
  readonly code: string;
  readonly rules: readonly string[];
  readonly articles: readonly string[];
}

export interface Preview {
  readonly recipient: string;
  readonly allowed: boolean;
  readonly denial: Denial | null;
  readonly convention: string | null;
  readonly fields: readonly FieldReason[];
  readonly sees: Content | null;
  readonly withheld: readonly string[];
}

/** The desk's act, accepted: what its sender would get to know of it. */
export interface AcknowledgementAnswer {
  readonly recipient: string;
  readonly decision: Pick<Preview, 'allowed' | 'convention' | 'fields'>;
}

export interface WrittenNotice {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly recipients: readonly Pick<Preview, 'recipient' | 'allowed' | 'denial' | 'convention'>[];
}

export interface SentNotice {
  readonly id: string;
  readonly createdAt: string;
}

export interface Delivery {
  readonly eventId: string;
  readonly recipient: string;
  readonly state: string;
  readonly reason: string | null;
  readonly at: string;
  readonly convention: string | null;
  readonly auditRecord: string | null;
  readonly acknowledgements: readonly {
    readonly role: string | null;
    readonly unit: string | null;
    readonly acknowledgedAt: string | null;
  }[];
}

export interface ReceivedNotice {
  readonly id: string;
  readonly reference: string;
  readonly sender: string;
  readonly receivedAt: string;
  readonly acknowledgeBy: string | null;
  readonly state: string;
}

export interface NoticeView extends ReceivedNotice {
  readonly content: Content;
  readonly withheld: readonly string[];
  readonly provenance: Readonly<Record<string, { readonly agency: string; readonly event: string }>>;
}

export interface AuditItem {
  readonly id: string;
  readonly reference: string | null;
  readonly agency: string;
  readonly number: number;
  readonly kind: string;
  readonly at: string;
  readonly event: string | null;
  readonly eventId: string | null;
  readonly counterpart: string | null;
  readonly convention: string | null;
  readonly reason: string | null;
  readonly disclosureCommitment: string | null;
  readonly commitment: string;
  readonly commitmentHolds: boolean;
}

export interface Chain {
  readonly links: readonly {
    readonly state: string;
    readonly disclosure: AuditItem | null;
    readonly receipts: readonly AuditItem[];
  }[];
  readonly others: readonly AuditItem[];
}

export interface NumberReport {
  readonly agency: string;
  readonly epoch: string;
  readonly highest: number;
  readonly count: number;
  readonly missing: readonly unknown[];
  readonly refused: readonly unknown[];
  readonly duplicates: readonly unknown[];
}
