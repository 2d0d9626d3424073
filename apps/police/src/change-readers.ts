import {
  type ChangeReaders,
  OVERDUE_MADE_REFERRALS,
  OVERDUE_RECEIVED_FLIGHTS,
  URGENT_OVERDUE_CHANGES,
} from '@liaison/casework';
import { AUTHORS, READERS } from './roles';

/** Who may know that something changed: whoever may list it. */
export const CHANGE_READERS: ChangeReaders = {
  notice: READERS,
  breach: READERS,
  'opinion-request': READERS,
  referral: READERS,
  'partner-answer': READERS,
  operation: READERS,
  'received-flight': READERS,
  'orientation-request': AUTHORS,
  attachment: READERS,
  assignment: READERS,
  note: READERS,
  'person-link': READERS,
  'urgent-request': READERS,
  'urgent-received': READERS,
  'onward-share': READERS,
};

/** What time makes overdue. */
export const OVERDUE_CHANGES: readonly string[] = [
  `UPDATE police.opinion_request SET overdue_told_at = $1
    WHERE state = 'open' AND overdue_told_at IS NULL AND due_at <= $1`,
  ...URGENT_OVERDUE_CHANGES,
  ...OVERDUE_MADE_REFERRALS,
  OVERDUE_RECEIVED_FLIGHTS,
];
