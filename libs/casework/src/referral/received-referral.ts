import type { ReferralAcknowledgedV1 } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';

/** `voided`: its content is gone: its sender has taken it back, or it was kept as long as it may be. */
export const RECEIVED_STATES = ['new', 'acknowledged', 'voided'] as const;
export type ReceivedState = (typeof RECEIVED_STATES)[number];

/** Roles whose taking note counts as the agency's; who may call says the route. */
export const REFERRAL_READERS = ['caseworker', 'supervisor'] as const;

/** A referral as whoever receives it sees it. */
export interface ReceivedReferral {
  readonly state: ReceivedState;
  /** Counts its changes, from 1. */
  readonly version: number;
}

export type ReceivedCommand =
  | { readonly type: 'receive' }
  | {
      readonly type: 'acknowledge';
      readonly at: Date;
      readonly unit: string;
      /** Of whoever takes note. */
      readonly roles: readonly string[];
    }
  | { readonly type: 'void' };

export type ReceivedReferralEvent =
  | { readonly type: 'received' }
  | { readonly type: 'acknowledged'; readonly acknowledgement: ReferralAcknowledgedV1 }
  | { readonly type: 'voided' };

/** @throws AppError `referral-not-found`, `referral-acknowledged`, `referral-voided`, `role-missing` */
export function decide(
  referral: ReceivedReferral | undefined,
  command: ReceivedCommand,
): ReceivedReferralEvent {
  if (command.type === 'receive') {
    if (referral) throw new AppError('referral-received', 'It has come before.');
    return { type: 'received' };
  }
  if (!referral) throw noSuchReceivedReferral();
  if (referral.state === 'voided') throw referralVoided();
  if (command.type === 'void') return { type: 'voided' };
  if (referral.state === 'acknowledged') {
    throw new AppError('referral-acknowledged', 'Somebody has taken note of it: its sender knows.');
  }
  const { at, unit, roles } = command;
  const role = REFERRAL_READERS.find((own) => roles.includes(own));
  if (!role) throw new AppError('role-missing', `It takes a role of: ${REFERRAL_READERS.join(', ')}.`);
  return { type: 'acknowledged', acknowledgement: { acknowledgedAt: at.toISOString(), role, unit } };
}

export function evolve(
  referral: ReceivedReferral | undefined,
  event: ReceivedReferralEvent,
): ReceivedReferral {
  if (event.type === 'received') return { state: 'new', version: 1 };
  if (!referral) throw new TypeError('a referral is received first');
  return { state: event.type, version: referral.version + 1 };
}

export const noSuchReceivedReferral = () =>
  new AppError('referral-not-found', 'Your unit has received no such referral.');

export const referralVoided = () =>
  new AppError(
    'referral-voided',
    'Its sender has taken it back, or it was kept as long as it may be: there is nothing left to read.',
  );
