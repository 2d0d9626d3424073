import type { NoticeAcknowledgedV1 } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import type { Obligation } from '@liaison/sharing-policy';
import { addDuration } from '../legal-day';

/** `voided`: its content is gone: its sender has taken it back, or it was purged. */
export const NOTICE_STATES = ['new', 'acknowledged', 'voided'] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

/** What its sender says of a version since it came. */
export const NOTICE_STANDINGS = ['current', 'superseded', 'withdrawn', 'recalled'] as const;
export type NoticeStanding = (typeof NOTICE_STANDINGS)[number];

/** Roles whose taking note counts as their agency's, where its service lets them: see `receivesNotices`. */
export const ACKNOWLEDGING_ROLES = ['desk', 'supervisor', 'caseworker'] as const;
export type AcknowledgingRole = (typeof ACKNOWLEDGING_ROLES)[number];

/** What decisions need to know of one received version of a notice. */
export interface Notice {
  readonly state: NoticeState;
  /** Counts its changes, from 1. */
  readonly version: number;
  readonly recipientVersion: number;
  readonly acknowledgedAt?: string;
  /** Absent: it stands. */
  readonly standing?: NoticeStanding;
}

export interface AcknowledgeNotice {
  readonly at: Date;
  readonly unit: string;
  /** Roles of the caller. */
  readonly roles: readonly string[];
  /** Those that may in this agency. */
  readonly deciders: readonly AcknowledgingRole[];
  /** In which of them; default: the first that may. */
  readonly role?: AcknowledgingRole;
}

export type NoticeEvent =
  | { readonly type: 'received'; readonly recipientVersion: number }
  | { readonly type: 'acknowledged'; readonly acknowledgement: NoticeAcknowledgedV1 };

export function evolve(notice: Notice | undefined, event: NoticeEvent): Notice {
  if (event.type === 'received') {
    return { state: 'new', version: 1, recipientVersion: event.recipientVersion };
  }
  const { acknowledgedAt, recipientVersion } = event.acknowledgement;
  return {
    state: 'acknowledged',
    version: (notice?.version ?? 0) + 1,
    recipientVersion,
    acknowledgedAt,
  };
}

/**
 * Taking note, once, by a role that may.
 * @throws AppError `notice-already-acknowledged`, `notice-no-longer-stands`, `notice-voided`, `role-missing`
 */
export function decide(
  notice: Notice,
  { at, unit, roles, role: named, deciders }: AcknowledgeNotice,
): Extract<NoticeEvent, { type: 'acknowledged' }> {
  const role = deciders.find((own) => roles.includes(own) && (named === undefined || own === named));
  if (!role) {
    throw new AppError('role-missing', `Name a role that you have: one of ${deciders.join(', ')}.`);
  }
  if (notice.state === 'voided') throw noticeVoided();
  if (notice.standing !== undefined && notice.standing !== 'current') {
    throw new AppError(
      'notice-no-longer-stands',
      `It is ${notice.standing} by its sender: there is nothing left to acknowledge.`,
    );
  }
  if (notice.state === 'acknowledged') {
    throw new AppError(
      'notice-already-acknowledged',
      `It was acknowledged at ${notice.acknowledgedAt ?? 'an earlier time'}: there is nothing left to do.`,
    );
  }
  return {
    type: 'acknowledged',
    acknowledgement: {
      acknowledgedAt: at.toISOString(),
      role,
      unit,
      recipientVersion: notice.recipientVersion,
    },
  };
}

export const noticeVoided = () =>
  new AppError(
    'notice-voided',
    'Its sender has taken this notice back, or it was purged: there is nothing left to read here.',
  );

/** Until when the sender expects a notice to be acknowledged, counted from its receipt; nothing without such a duty. */
export function acknowledgeBy(receivedAt: Date, obligations: readonly Obligation[]): Date | undefined {
  const duty = obligations.find(({ kind }) => kind === 'acknowledge-within');
  return duty && addDuration(receivedAt, duty.value);
}
