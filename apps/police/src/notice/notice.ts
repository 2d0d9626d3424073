import type { Consent } from '@liaison/casework';
import type {
  AmendmentReason,
  NoticeIssuedV2,
  RecallReason,
  SupersessionReason,
  WithdrawalReason,
} from '@liaison/contracts';
import { type AgencyKind, AppError } from '@liaison/kernel';

/**
 * `discarded`: a draft that was given up. `withdrawn`: no version stands any more. `recalled`: it was sent by mistake
 * and is taken back from everybody.
 */
export const NOTICE_STATES = ['draft', 'discarded', 'issued', 'withdrawn', 'recalled'] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

/** Measures that hide who somebody is or where they live. They decide what leaves, and never leave themselves. */
export interface Protection {
  readonly identity: boolean;
  readonly address: boolean;
}

/** A content that somebody is still working on: anything may be missing, what is there is valid. */
export type DraftContent = Partial<Omit<NoticeIssuedV2, 'procedure' | 'civilStatus'>> & {
  readonly procedure?: Partial<NoticeIssuedV2['procedure']>;
  readonly civilStatus?: NoticeIssuedV2['civilStatus'];
};

/** What the author states so far, and the measures that they know of. Interviews are interrupted. */
export interface Draft {
  readonly content: DraftContent;
  readonly protection: Protection;
}

/** What can be issued: the content, whole. */
export interface CompleteDraft extends Draft {
  readonly content: NoticeIssuedV2;
}

/** A recipient's act, as far as the convention lets it be known. */
export interface Acknowledgement {
  /** Agency id. */
  readonly by: string;
  /** Which version of the document, as the recipient counts. */
  readonly recipientVersion?: number;
}

/** What was issued, whatever has become of it. */
export interface IssuedNotice {
  readonly state: 'issued' | 'withdrawn' | 'recalled';
  readonly version: number;
  /** Agency ids of those who get the next version. */
  readonly recipients: readonly string[];
  /** Agency ids of those who had one, and get no more: the person has moved away, or it was taken back from them. */
  readonly earlier: readonly string[];
  /** Documents of its case: versions, and what was said of them. No recipient can have counted more. */
  readonly documents: number;
}

/** What decisions need. `version` counts what the author changed, from 1: an acknowledgement is not the author's. */
export type Notice =
  | { readonly state: 'draft'; readonly version: number; readonly draft: Draft }
  | { readonly state: 'discarded'; readonly version: number }
  | IssuedNotice;

export type NoticeCommand =
  | { readonly type: 'write'; readonly draft: Draft }
  | { readonly type: 'edit'; readonly draft: Draft }
  | { readonly type: 'discard' }
  | { readonly type: 'issue'; readonly recipients: readonly string[] }
  | {
      readonly type: 'amend';
      readonly reason: AmendmentReason;
      /** Of the recipients, those that may not have the new version as the conventions stand. */
      readonly denied: readonly string[];
      /** Agencies that a version has left for, and that it was not taken back from. */
      readonly holders: readonly string[];
    }
  | {
      readonly type: 'move';
      /** Who is competent now. */
      readonly recipients: readonly string[];
      /** Of those that it has already, who may not have the new version as the conventions stand. */
      readonly denied: readonly string[];
      readonly holders: readonly string[];
    }
  | { readonly type: 'withdraw'; readonly reason: WithdrawalReason; readonly holders: readonly string[] }
  | {
      readonly type: 'recall';
      readonly reason: RecallReason;
      /** From whom; absent: from everybody. */
      readonly from?: readonly string[];
      readonly holders: readonly string[];
    }
  | ({ readonly type: 'record-consent' } & RecordedConsent)
  | ({ readonly type: 'acknowledge' } & Acknowledgement);

/** What the person said about one kind of recipient. */
export interface RecordedConsent {
  readonly to: AgencyKind;
  readonly value: Consent['value'];
}

/** Who is told that what they hold no longer stands, without the new content (R08). */
export interface Superseded {
  readonly to: readonly string[];
  readonly reason: SupersessionReason;
}

export type NoticeEvent =
  | { readonly type: 'written'; readonly draft: Draft }
  | { readonly type: 'edited'; readonly draft: Draft }
  | { readonly type: 'discarded' }
  | { readonly type: 'issued'; readonly draft: Draft; readonly recipients: readonly string[] }
  | {
      readonly type: 'amended';
      readonly reason: AmendmentReason;
      readonly to: readonly string[];
      readonly superseded: Superseded;
    }
  | {
      readonly type: 'moved';
      /** They hold no version yet: to them it is issued. */
      readonly issuedTo: readonly string[];
      /** They held the last version and get the next. */
      readonly amendedTo: readonly string[];
      /** They get no more. */
      readonly left: readonly string[];
      /** Of those that left, and of those that stay and may not have the next. */
      readonly superseded: Superseded;
    }
  | { readonly type: 'withdrawn'; readonly reason: WithdrawalReason; readonly told: readonly string[] }
  | {
      readonly type: 'recalled';
      readonly reason: RecallReason;
      readonly from: readonly string[];
      /** Those of them that it had left for. */
      readonly told: readonly string[];
    }
  | ({ readonly type: 'consent-recorded' } & RecordedConsent)
  | ({ readonly type: 'acknowledged' } & Acknowledgement);

/**
 * One event a command. A draft is edited until it is issued or discarded; what was issued is never overwritten: it is
 * amended, sent on to where the person now is, withdrawn, recalled. Only a recipient acknowledges, and only what it can
 * have received.
 * @throws AppError `notice-exists`, `notice-not-draft`, `recipient-missing`, `notice-not-issued`, `notice-ended`,
 * `notice-not-moved`, `recall-from-nobody`, `acknowledgement-unexpected`
 */
export function decide(notice: Notice | undefined, command: NoticeCommand): NoticeEvent {
  switch (command.type) {
    case 'write':
      if (notice) throw new AppError('notice-exists', 'There is such a notice already: edit it.');
      return { type: 'written', draft: command.draft };
    case 'edit':
      requireDraft(notice);
      return { type: 'edited', draft: command.draft };
    case 'discard':
      requireDraft(notice);
      return { type: 'discarded' };
    case 'issue': {
      const { draft } = requireDraft(notice);
      return { type: 'issued', draft, recipients: some(command.recipients) };
    }
    case 'amend': {
      const { recipients } = requireStanding(notice);
      const { reason, denied, holders } = command;
      const superseded = recipients.filter((id) => denied.includes(id) && holders.includes(id));
      return {
        type: 'amended',
        reason,
        to: recipients.filter((id) => !superseded.includes(id)),
        superseded: { to: superseded, reason: 'amended' },
      };
    }
    case 'move':
      return move(requireStanding(notice), { ...command, recipients: some(command.recipients) });
    case 'withdraw': {
      const { recipients, earlier } = requireStanding(notice);
      const told = [...recipients, ...earlier].filter((id) => command.holders.includes(id));
      return { type: 'withdrawn', reason: command.reason, told };
    }
    case 'recall':
      return recall(requireIssued(notice), command);
    case 'record-consent':
      requireIssued(notice);
      return { ...command, type: 'consent-recorded' };
    case 'acknowledge': {
      const { recipients, earlier, documents } = requireIssued(notice);
      const { by, recipientVersion } = command;
      if (![...recipients, ...earlier].includes(by) || (recipientVersion ?? 1) > documents) {
        throw new AppError('acknowledgement-unexpected', 'It acknowledges what its sender never received.');
      }
      return { ...command, type: 'acknowledged' };
    }
  }
}

function move(
  { recipients }: IssuedNotice,
  { recipients: next, denied, holders }: Omit<Extract<NoticeCommand, { type: 'move' }>, 'type'>,
): Extract<NoticeEvent, { type: 'moved' }> {
  const left = recipients.filter((id) => !next.includes(id));
  const issuedTo = next.filter((id) => !recipients.includes(id));
  if (left.length === 0 && issuedTo.length === 0) {
    throw new AppError('notice-not-moved', 'Its recipients stay the same: amend it instead.');
  }
  const kept = next.filter((id) => recipients.includes(id));
  const overtaken = kept.filter((id) => denied.includes(id) && holders.includes(id));
  return {
    type: 'moved',
    issuedTo,
    amendedTo: kept.filter((id) => !overtaken.includes(id)),
    left,
    superseded: { to: [...left.filter((id) => holders.includes(id)), ...overtaken], reason: 'moved' },
  };
}

function recall(
  { state, recipients, earlier }: IssuedNotice,
  { reason, from: named, holders }: Extract<NoticeCommand, { type: 'recall' }>,
): Extract<NoticeEvent, { type: 'recalled' }> {
  if (state === 'recalled') throw ended();
  const everybody = [...recipients, ...earlier];
  const from = named ? everybody.filter((id) => named.includes(id)) : everybody;
  if (from.length === 0 || (named && named.some((id) => !everybody.includes(id)))) {
    throw new AppError(
      'recall-from-nobody',
      'Name recipients of this notice, or nobody to mean all of them.',
    );
  }
  return { type: 'recalled', reason, from, told: from.filter((id) => holders.includes(id)) };
}

export function evolve(notice: Notice | undefined, event: NoticeEvent): Notice {
  const version = (notice?.version ?? 0) + 1;
  switch (event.type) {
    case 'written':
    case 'edited':
      return { state: 'draft', version, draft: event.draft };
    case 'discarded':
      return { state: 'discarded', version };
    case 'issued':
      return { state: 'issued', version, recipients: event.recipients, earlier: [], documents: 1 };
    case 'acknowledged':
      return issued(notice);
    case 'consent-recorded':
      return { ...issued(notice), version };
  }
  const before = issued(notice);
  const documents = before.documents + documentsOf(event);
  switch (event.type) {
    case 'amended':
      return { ...before, version, documents };
    case 'moved': {
      const stay = event.superseded.to.filter((id) => !event.left.includes(id));
      const recipients = [...event.amendedTo, ...event.issuedTo, ...stay];
      const earlier = [...before.earlier.filter((id) => !recipients.includes(id)), ...event.left];
      return { ...before, version, recipients, earlier, documents };
    }
    case 'withdrawn':
      return { ...before, state: 'withdrawn', version, documents };
    case 'recalled': {
      const recipients = before.recipients.filter((id) => !event.from.includes(id));
      const earlier = [...new Set([...before.earlier, ...event.from])];
      const state = recipients.length === 0 ? 'recalled' : before.state;
      return { ...before, state, version, recipients, earlier, documents };
    }
  }
}

/** Versions of the case's document that an event makes: one a thing that is said. */
function documentsOf(
  event: Extract<NoticeEvent, { type: 'amended' | 'moved' | 'withdrawn' | 'recalled' }>,
): number {
  switch (event.type) {
    case 'amended':
      return 1 + said(event.superseded.to);
    case 'moved':
      // The new content is said, and so kept, where it goes to nobody too.
      return Math.max(1, said(event.issuedTo) + said(event.amendedTo)) + said(event.superseded.to);
    case 'withdrawn':
    case 'recalled':
      return said(event.told);
  }
}

const said = (to: readonly string[]): number => (to.length > 0 ? 1 : 0);

function some(recipients: readonly string[]): readonly string[] {
  if (recipients.length === 0) throw new AppError('recipient-missing', 'Name a recipient.');
  return [...new Set(recipients)];
}

/** @throws AppError `notice-not-draft` */
export function requireDraft(notice: Notice | undefined): Extract<Notice, { state: 'draft' }> {
  if (notice?.state === 'draft') return notice;
  throw new AppError('notice-not-draft', 'It is no draft any more: what was sent is never overwritten.');
}

/** @throws AppError `notice-not-issued` */
export function requireIssued(notice: Notice | undefined): IssuedNotice {
  if (notice && notice.state !== 'draft' && notice.state !== 'discarded') return notice;
  throw new AppError('notice-not-issued', 'It was never issued: nobody has anything of it.');
}

/** @throws AppError `notice-not-issued`, `notice-ended` */
export function requireStanding(notice: Notice | undefined): IssuedNotice {
  const standing = requireIssued(notice);
  if (standing.state !== 'issued') throw ended();
  return standing;
}

const ended = () =>
  new AppError(
    'notice-ended',
    'It was withdrawn or recalled: write a new notice where there is one to write.',
  );

function issued(notice: Notice | undefined): IssuedNotice {
  if (notice && notice.state !== 'draft' && notice.state !== 'discarded') return notice;
  throw new TypeError('it follows the issue');
}
