import type { ChangeReaders } from '@liaison/casework';
import { READERS } from './roles';

/** Who may know that something changed: whoever may list it. */
export const CHANGE_READERS: ChangeReaders = { notice: READERS, breach: READERS, attachment: READERS };
