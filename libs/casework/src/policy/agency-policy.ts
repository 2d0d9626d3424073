import {
  COMPETENCE_HANDED_OVER,
  type Envelope,
  inOlderVersion,
  ONWARD_SHARE_MADE,
  SHARE_TYPES,
  understoodType,
} from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import {
  type AcceptedReceipt,
  type AllowedRelease,
  type DecidedField,
  OVER_SHARING,
  type PendingEvent,
  type Provenance,
  type ReceiptPort,
  type RefusedReceipt,
  type RefusedRelease,
  type ReleasePort,
} from '@liaison/messaging';
import {
  basisOf,
  type Decision,
  type DecisionRequest,
  type EndedGround,
  endedGrounds,
  project,
  remainingEffects,
  type ShareBasis,
  termOf,
} from '@liaison/sharing-policy';
import { hash } from 'node:crypto';
import { addDuration, legalDay } from '../legal-day';
import { type CaseFacts, factsAt } from './case-facts';
import { decidedFields } from './decided-fields';
import { conventionOf, ReadingPolicy } from './reading-policy';
import { claimedBy, partyOf, relationsOf } from './relations';

/** What one recipient would get, as the sender may see it. */
export interface Disclosure {
  readonly recipient: Agency;
  readonly decision: Decision;
  /** In which version of its type it goes, or would: see `understoodType`. */
  readonly type: string;
  /** Absent where the event as a whole is denied. */
  readonly projection?: { readonly data: unknown; readonly withheld: readonly string[] };
}

/**
 * The one place where an agency's service asks the conventions: on the way out, on the way in, and for each reader
 * (`ReadingPolicy`).
 */
export class AgencyPolicy extends ReadingPolicy implements ReleasePort, ReceiptPort {
  private readonly directoryDigest = sha256(JSON.stringify(this.directory.agencies()));
  private looked?: { readonly policy: string; readonly digest: string };

  /** Of what, beside a case's facts and the time, an answer depends on: conventions may come while the service runs. */
  get lookedWith(): string {
    if (this.looked?.policy !== this.digest) {
      this.looked = { policy: this.digest, digest: sha256(`${this.digest} ${this.directoryDigest}`) };
    }
    return this.looked.digest;
  }

  /** What conventions are for, sorted. */
  purposes(): readonly string[] {
    return [...new Set(this.policy.conventions().flatMap(({ purposes }) => purposes))].sort();
  }

  /** ISO 8601 durations by `<convention>@<version> <event type>`, where its recipient has to acknowledge. */
  acknowledgeWithin(): Readonly<Record<string, string>> {
    const seconds = new Map<string, number>();
    for (const { id, version, rules } of this.policy.conventions()) {
      for (const { id: rule, events, obligations } of rules) {
        const value = obligations.get('acknowledge-within');
        const term = value && termOf('acknowledge-within', [{ kind: 'acknowledge-within', value, rule }]);
        if (!term) continue;
        for (const event of events) {
          const key = `${id}@${version} ${event}`;
          seconds.set(key, Math.min(term, seconds.get(key) ?? Infinity));
        }
      }
    }
    return Object.fromEntries([...seconds].map(([key, term]) => [key, `PT${term}S`]));
  }

  /**
   * The same answer that dispatch would give now, before anything is sent. What the directory says that the recipient
   * does not understand goes in an older version, decided as that one, or not at all.
   */
  preview(
    event: { type: string; document: unknown; purpose: string; facts: CaseFacts },
    recipient: Agency,
    at: Date,
  ): Disclosure {
    const understood = understoodType(event.type, recipient.understands);
    const type = understood ?? event.type;
    const decision = this.policy.decide(this.releasing({ ...event, type }, recipient, at));
    if (!decision.allowed) return { recipient, decision, type };
    const document = type === event.type ? event.document : inOlderVersion(event.document, event.type, type);
    if (understood === undefined || document === undefined) {
      return { recipient, decision: notUnderstood(decision), type };
    }
    const day = () => legalDay(at, event.facts.departement);
    return { recipient, decision, type, projection: project(document, decision, this.describe(type), day) };
  }

  private releasing(
    { type, purpose, facts }: { type: string; purpose: string; facts: CaseFacts },
    recipient: Agency,
    at: Date,
  ): DecisionRequest {
    return {
      at,
      purpose,
      operation: 'release',
      from: partyOf(this.agency),
      to: partyOf(recipient),
      relation: relationsOf(recipient, facts),
      event: type,
      facts: factsAt(facts, at, this.agency.id, { to: recipient.kind, purpose }),
    };
  }

  /**
   * What has become of a disclosure: the grounds that have ended by now, each with what follows for the recipient and for
   * which fields, and until when this answer holds.
   * @param disclosed as its sender keeps it; `fields` as they were decided then
   */
  revocationsOf(
    disclosed: {
      readonly type: string;
      readonly purpose: string;
      readonly convention: string | undefined;
      readonly basis: ShareBasis;
      readonly fields: readonly DecidedField[];
    },
    facts: CaseFacts,
    recipient: Agency,
    at: Date,
  ): { readonly revocations: readonly EndedGround[]; readonly validUntil?: Date } {
    const request = this.releasing({ ...disclosed, facts }, recipient, at);
    const now = this.policy.decide(request);
    const ended = endedGrounds(disclosed.basis, request, this.isInForce(disclosed.convention, at));
    const revocations = remainingEffects(ended, disclosed.fields, now);
    return { revocations, ...(now.validUntil && { validUntil: now.validUntil }) };
  }

  /**
   * The third-party rule (R04): what others shared goes no further unless the convention that it came under is known and
   * lets it, or a statute orders it. Back to whom it came from it may go.
   * @returns the rules that close it; undefined where nothing does
   */
  private closingOrigins({ origins = [], type }: PassedOn, recipient: Agency): readonly string[] | undefined {
    if (type !== undefined && ORDERED_BY_STATUTE.includes(type)) return undefined;
    for (const { agency, convention } of origins) {
      if (agency === this.agency.id || agency === recipient.id) continue;
      const under = conventionOf(convention);
      const sender = this.directory.findAgency(agency);
      const rules = this.policy
        .conventions()
        .filter(({ id, version }) => id === under?.id && version === under.version)
        .flatMap((each) => each.rules)
        .filter(({ from, to }) => from === sender?.kind && to === this.agency.kind);
      const closing = rules.filter(({ obligations }) => obligations.has('no-onward-sharing'));
      if (rules.length === 0) return ['R04'];
      if (closing.length > 0) return closing.map(({ id }) => id).sort();
    }
    return undefined;
  }

  /** Whether dispatch would let a recipient have what came from there, by the third-party rule. */
  mayPassOn(passed: PassedOn, recipient: Agency, at: Date): boolean {
    const closing = this.closingOrigins(passed, recipient);
    return closing === undefined && this.untoldOrigin(passed, recipient, at) === undefined;
  }

  /** Nothing is passed on of which its originator could not be told. */
  private untoldOrigin(
    { origins = [], purpose, facts }: PassedOn,
    recipient: Agency,
    at: Date,
  ): Decision | undefined {
    for (const { agency } of origins) {
      if (agency === this.agency.id || agency === recipient.id) continue;
      const originator = this.directory.findAgency(agency);
      const telling = { type: ONWARD_SHARE_MADE, purpose, facts };
      const decision = originator && this.policy.decide(this.releasing(telling, originator, at));
      if (decision && !decision.allowed) return decision;
    }
    return undefined;
  }

  private isInForce(named: string | undefined, at: Date): boolean {
    const id = conventionOf(named)?.id;
    return this.policy
      .conventions()
      .some(
        ({ id: each, inForce: { from, until }, signedOn }) =>
          each === id && from <= at && (!until || at < until) && signedOn !== undefined && signedOn <= at,
      );
  }

  decideRelease(event: PendingEvent, at: Date): AllowedRelease | RefusedRelease {
    const recipient = this.directory.findAgency(event.recipient);
    if (!recipient) {
      return {
        allowed: false,
        code: 'recipient-unknown',
        rules: [],
        legalBases: [],
        digest: this.policy.digest,
      };
    }
    // What follows after sharing reaches whoever has received, whatever has ended since (`delivery.md`, protocol events).
    if (SHARE_TYPES.includes(event.type)) {
      return {
        allowed: true,
        type: event.type,
        data: event.document,
        withheld: [],
        ...AFTER_SHARING,
        digest: this.policy.digest,
      };
    }
    const closing = this.closingOrigins(event, recipient);
    if (closing) {
      return {
        allowed: false,
        code: 'no-onward-sharing',
        rules: closing,
        legalBases: ['RGPD 5(1)(b)', 'RGPD 6(4)'],
        digest: this.policy.digest,
      };
    }
    const untold = this.untoldOrigin(event, recipient, at);
    if (untold) {
      return {
        allowed: false,
        code: 'origin-not-told',
        rules: untold.denial?.rules ?? [],
        legalBases: ['RGPD 5(1)(b)', 'RGPD 6(4)'],
        digest: this.policy.digest,
      };
    }
    const { decision, projection, type } = this.preview(event, recipient, at);
    const { convention, digest, legalBases, obligations, validUntil, denial } = decision;
    const deliverWithin = termOf('deliver-within', obligations);
    if (!projection || !convention) {
      return {
        allowed: false,
        code: denial?.code ?? 'no-convention',
        rules: denial?.rules ?? [],
        legalBases,
        digest,
      };
    }
    return {
      allowed: true,
      type,
      ...projection,
      convention: `${convention.id}@${convention.version}`,
      legalBases,
      digest,
      ...(validUntil && { validUntil }),
      ...(deliverWithin !== undefined && { deliverWithin: Math.ceil(deliverWithin) }),
      basis: basisOf(decision, this.releasing({ ...event, type }, recipient, at)),
      lookedWith: this.lookedWith,
      fields: decidedFields(decision),
    };
  }

  /**
   * Over-sharing, under the version named in the envelope, refuses the event. A narrower version in force by now only
   * reduces what is stored.
   */
  checkReceipt(envelope: Envelope, sender: string, at: Date): AcceptedReceipt | RefusedReceipt {
    if (SHARE_TYPES.includes(envelope.type)) {
      return {
        accepted: true,
        data: envelope.data,
        withheld: [],
        ...AFTER_SHARING,
        digest: this.policy.digest,
      };
    }
    const from = this.directory.findAgency(sender);
    const under = conventionOf(envelope.convention);
    if (!from || !under) return { accepted: false, code: 'no-convention', legalBases: [] };
    const claimed = claimedBy(envelope, this.agency);
    const { vitalInterest } = claimed;
    const decidedAt = new Date(envelope.time);
    const request: DecisionRequest = {
      at: decidedAt,
      purpose: envelope.purpose ?? '',
      operation: 'receipt',
      from: partyOf(from),
      to: partyOf(this.agency),
      relation: relationsOf(this.agency, claimed),
      event: envelope.type,
      facts: vitalInterest === undefined ? {} : factsAt({ vitalInterest }, decidedAt, this.agency.id),
      under,
    };
    const { overShared, decision } = this.policy.checkReceipt(request, envelope.data);
    const { legalBases, digest } = decision;
    if (!decision.allowed) {
      return { accepted: false, code: decision.denial?.code ?? 'no-convention', legalBases, digest };
    }
    if (overShared.length > 0) return { accepted: false, code: OVER_SHARING, legalBases, digest };
    const now = this.policy.checkReceipt({ ...request, at, under: undefined }, envelope.data).decision;
    const kept = project(envelope.data, now.allowed ? now : decision, this.describe(envelope.type));
    const term = decision.obligations.find(({ kind }) => kind === 'keep-no-longer-than');
    return {
      accepted: true,
      data: kept.data,
      withheld: [...new Set([...(envelope.withheld ?? []), ...kept.withheld])].sort(),
      legalBases,
      digest,
      fields: decidedFields(now.allowed ? now : decision),
      ...(term && { keepUntil: addDuration(at, term.value) }),
    };
  }
}

/** What an event has of others'. */
interface PassedOn {
  /** Of the event that it would stand in; absent: any that no statute orders. */
  readonly type?: string;
  readonly origins?: readonly Provenance[];
  readonly purpose: string;
  readonly facts: CaseFacts;
}

/** What a statute orders to be passed on, whoever wrote it: the file of a child, to the competent département (CASF L221-3). */
const ORDERED_BY_STATUTE: readonly string[] = [COMPETENCE_HANDED_OVER];

const sha256 = (text: string): string => hash('sha256', text);

/** The floor that allows what follows after sharing. */
const AFTER_SHARING = {
  legalBases: ['RGPD 7(3)', 'RGPD 17', 'RGPD 19'] as string[],
  fields: [] as DecidedField[],
};

/** The conventions would allow it, and the digest is of their answer: the recipient could do nothing with it. */
function notUnderstood(decision: Decision): Decision {
  return {
    ...decision,
    allowed: false,
    denial: { code: NOT_UNDERSTOOD, rules: [], articles: [] },
    fields: {},
    obligations: [],
    endings: [],
  };
}

/** Beside the codes of the conventions: the directory says that the recipient understands no version of it that there is. */
const NOT_UNDERSTOOD = 'event-version-not-understood';
