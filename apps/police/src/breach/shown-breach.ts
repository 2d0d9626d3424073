import { type QueriedOrigin, type QueryGate, restrictedFields } from '@liaison/casework';
import { REFLECTION_PERIOD_BREACHED } from '@liaison/contracts';
import type { Identity } from '@liaison/platform';
import { RESTRICTED_READERS } from '@liaison/sharing-policy';
import { PURPOSE } from '../notice/purpose';
import type { BreachRow } from './breach.entity';

/** What a list, a timeline or an export shows of a breach. */
export const BREACH_FIELDS = [
  'measure',
  'takenOn',
  'periodFrom',
  'periodUntil',
  'article',
  'departement',
  'remediedOn',
] as const;

/** Each came from a préfecture, under a convention of its own. */
export const originOfBreach = ({
  agency,
  convention,
}: Pick<BreachRow, 'agency' | 'convention'>): QueriedOrigin => ({
  type: REFLECTION_PERIOD_BREACHED,
  purpose: PURPOSE,
  departement: null,
  sender: agency,
  convention,
});

type Reader = Pick<Identity, 'roles'>;

export const readsRestricted = ({ roles }: Reader): boolean =>
  roles.some((role) => RESTRICTED_READERS.includes(role));

/** Without what the reader's roles may not read, or may no longer; one mark, as for what was held back. */
export function shownBreach(gate: QueryGate, reader: Reader, row: BreachRow): BreachRow {
  const restricted = readsRestricted(reader) ? [] : restrictedFields(row.revokedFields);
  const closed = BREACH_FIELDS.filter(
    (path) => restricted.includes(path) || !gate.isOpen(reader, originOfBreach(row), [{ use: 'list', path }]),
  );
  return { ...row, ...Object.fromEntries(closed.map((path) => [path, null])) };
}
