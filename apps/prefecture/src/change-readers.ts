import type { ChangeReaders } from '@liaison/casework';
import { DECIDERS, READERS } from './roles';

/** Who may know that something changed: whoever may list it. */
export const CHANGE_READERS: ChangeReaders = {
  notice: READERS,
  'reflection-period': READERS,
  permit: READERS,
  attachment: READERS,
  'agdref-extract': DECIDERS,
};
