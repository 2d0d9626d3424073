import { type ChangeReaders, URGENT_OVERDUE_CHANGES } from '@liaison/casework';
import { CASEWORKERS, DECIDERS, READERS } from './roles';

/** Who may know that something changed: whoever may list it. */
export const CHANGE_READERS: ChangeReaders = {
  notice: READERS,
  'reflection-period': READERS,
  permit: READERS,
  'opinion-request': READERS,
  attachment: READERS,
  assignment: READERS,
  note: READERS,
  'person-link': CASEWORKERS,
  'urgent-request': READERS,
  'urgent-received': READERS,
  'onward-share': READERS,
  'agdref-extract': DECIDERS,
  'received-support-report': CASEWORKERS,
};

/** What time makes overdue. */
export const OVERDUE_CHANGES: readonly string[] = [
  `UPDATE prefecture.opinion_request SET overdue_told_at = $1
    WHERE state = 'asked' AND overdue_told_at IS NULL AND due_at <= $1`,
  ...URGENT_OVERDUE_CHANGES,
];
