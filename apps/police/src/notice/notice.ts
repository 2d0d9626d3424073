import type { NoticeIssuedV2 } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';

export const NOTICE_STATES = ['draft', 'issued'] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

/** Measures that hide who somebody is or where they live. They decide what leaves, and never leave themselves. */
export interface Protection {
  readonly identity: boolean;
  readonly address: boolean;
}

/** What the author states: the content, whole, and the measures that they know of. */
export interface Draft {
  readonly content: NoticeIssuedV2;
  readonly protection: Protection;
}

/** A recipient's act, as far as the convention lets it be known. */
export interface Acknowledgement {
  /** Agency id. */
  readonly by: string;
  /** Which version of the document, as the recipient counts. */
  readonly recipientVersion?: number;
}

/** What decisions need. `version` counts what the author changed, from 1: an acknowledgement is not the author's. */
export type Notice =
  | { readonly state: 'draft'; readonly version: number; readonly draft: Draft }
  | {
      readonly state: 'issued';
      readonly version: number;
      /** Agency ids. */
      readonly recipients: readonly string[];
      /** Versions of the document that were issued. */
      readonly documents: number;
    };

export type NoticeCommand =
  | { readonly type: 'write'; readonly draft: Draft }
  | { readonly type: 'edit'; readonly draft: Draft }
  | { readonly type: 'issue'; readonly recipients: readonly string[] }
  | ({ readonly type: 'acknowledge' } & Acknowledgement);

export type NoticeEvent =
  | { readonly type: 'written'; readonly draft: Draft }
  | { readonly type: 'edited'; readonly draft: Draft }
  | { readonly type: 'issued'; readonly draft: Draft; readonly recipients: readonly string[] }
  | ({ readonly type: 'acknowledged' } & Acknowledgement);

/**
 * One event a command. A draft is edited until it is issued, once; only a recipient acknowledges, and only what it can
 * have received.
 * @throws AppError `notice-exists`, `notice-not-draft`, `recipient-missing`, `notice-not-issued`,
 * `acknowledgement-unexpected`
 */
export function decide(notice: Notice | undefined, command: NoticeCommand): NoticeEvent {
  switch (command.type) {
    case 'write':
      if (notice) throw new AppError('notice-exists', 'There is such a notice already: edit it.');
      return { type: 'written', draft: command.draft };
    case 'edit':
      requireDraft(notice);
      return { type: 'edited', draft: command.draft };
    case 'issue': {
      const { draft } = requireDraft(notice);
      const recipients = [...new Set(command.recipients)];
      if (recipients.length === 0) throw new AppError('recipient-missing', 'Name a recipient.');
      return { type: 'issued', draft, recipients };
    }
    case 'acknowledge': {
      if (notice?.state !== 'issued') {
        throw new AppError('notice-not-issued', 'Only what was issued can be acknowledged.');
      }
      const { by, recipientVersion } = command;
      if (!notice.recipients.includes(by) || (recipientVersion ?? 1) > notice.documents) {
        throw new AppError('acknowledgement-unexpected', 'It acknowledges what its sender never received.');
      }
      return { ...command, type: 'acknowledged' };
    }
  }
}

export function evolve(notice: Notice | undefined, event: NoticeEvent): Notice {
  const version = (notice?.version ?? 0) + 1;
  switch (event.type) {
    case 'written':
    case 'edited':
      return { state: 'draft', version, draft: event.draft };
    case 'issued':
      return { state: 'issued', version, recipients: event.recipients, documents: 1 };
    case 'acknowledged':
      if (notice?.state !== 'issued') throw new TypeError('an acknowledgement follows the issue');
      return notice;
  }
}

/** @throws AppError `notice-not-draft` */
export function requireDraft(notice: Notice | undefined): Extract<Notice, { state: 'draft' }> {
  if (notice?.state === 'draft') return notice;
  throw new AppError('notice-not-draft', 'It was issued: what was sent is never overwritten.');
}
