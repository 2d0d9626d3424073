import { purgedFields, type RevokedFields } from '@liaison/casework';
import { AppError, type Agency } from '@liaison/kernel';

/** What taking note of a breach depends on. */
export interface Breach {
  readonly acknowledgeBy: Date | null;
  readonly acknowledgedAt: Date | null;
  readonly remediedOn: string | null;
  readonly voidedAt: Date | null;
  readonly purgedAt: Date | null;
  readonly revokedFields: readonly RevokedFields[];
}

/** JSON of `revoked_fields`: whether it was remedied is no longer known, so nobody is asked to see to it. */
export const REMEDY_PURGED = '[{"effect":"purge","fields":["remediedOn"]}]';

/** Nobody has taken note within the convention's delay, and there is still something to take note of. */
export const isEscalated = (
  { acknowledgeBy, acknowledgedAt, remediedOn, voidedAt, purgedAt, revokedFields }: Breach,
  at: Date,
): boolean =>
  acknowledgeBy !== null &&
  acknowledgeBy <= at &&
  acknowledgedAt === null &&
  remediedOn === null &&
  voidedAt === null &&
  purgedAt === null &&
  !purgedFields(revokedFields).includes('remediedOn');

/** @throws AppError `breach-acknowledged`, `breach-voided`, `breach-purged` */
export function requireUnnoted({ acknowledgedAt, voidedAt, purgedAt }: Breach): void {
  if (voidedAt) throw new AppError('breach-voided', 'It was reported by mistake: there was no breach.');
  if (purgedAt) {
    throw new AppError('breach-purged', 'What it was is gone: the ground on which it was shared has ended.');
  }
  if (acknowledgedAt) throw new AppError('breach-acknowledged', 'Somebody has taken note of it already.');
}

const PURPOSE = 'reflection-periods';
const FALLBACK = 'notices';

/** Who is told when nobody takes note: the agency's contact point for reflection periods, else the one for notices. */
export function contactPointOf({ contactPoints }: Agency): string | undefined {
  const found = [PURPOSE, FALLBACK].map((wanted) => contactPoints.find(({ purpose }) => purpose === wanted));
  return found.find((contactPoint) => contactPoint !== undefined)?.id;
}
