import { AppError } from '@liaison/kernel';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import type { CaseRegister } from '../cases/case-register';
import type { ReadableCase } from '../cases/cases';
import type { CaseFacts } from '../policy/case-facts';

/** A case as this agency and another exchange about it. */
export interface Exchanged {
  readonly caseId: string;
  readonly reference: string;
  /** For which the other learned of it, or told of it. */
  readonly purposes: readonly string[];
  /** Of this agency's own; what came from the other hides nothing from it. */
  readonly facts: CaseFacts;
}

/** @throws AppError `link-not-exchanged`, `case-taken-back` */
export async function exchangedCase(
  manager: EntityManager,
  register: CaseRegister,
  identity: Identity,
  { id, held, standing }: ReadableCase,
  agency: string,
): Promise<Exchanged> {
  if (standing.standing === 'recalled') {
    throw new AppError('case-taken-back', 'Its sender has taken it back: there is nothing left to link.');
  }
  const from = held.provenance?.agency;
  const delivered = register.findDelivery ? await register.findDelivery(manager, identity, id) : id;
  const [row] =
    delivered === undefined || (from !== undefined && from !== agency)
      ? []
      : await manager.query<{ reference: string; told: string[] }[]>(REFERENCE, [agency, delivered]);
  const purposes = [...new Set([...(from === undefined ? [] : [held.purpose]), ...(row?.told ?? [])])];
  if (!row || purposes.length === 0) throw notExchanged();
  const { departement, birthDate, adult } = held.facts;
  const measures = from === undefined ? held.facts : NOT_HIDDEN_FROM_ITS_SENDER;
  return {
    caseId: id,
    reference: row.reference,
    purposes,
    facts: {
      ...(departement !== undefined && { departement }),
      ...(birthDate !== undefined && { birthDate }),
      ...(adult !== undefined && { adult }),
      ...(measures.protectedIdentity !== undefined && { protectedIdentity: measures.protectedIdentity }),
      ...(measures.protectedAddress !== undefined && { protectedAddress: measures.protectedAddress }),
    },
  };
}

export const notExchanged = () =>
  new AppError(
    'link-not-exchanged',
    'Your agency and that one do not exchange about both cases: each has to have come from you, or from them.',
  );

/** A measure is known to whoever stated it, and to nobody whom they told of the person: its sender heeds it when it answers. */
const NOT_HIDDEN_FROM_ITS_SENDER: Pick<CaseFacts, 'protectedIdentity' | 'protectedAddress'> = {
  protectedIdentity: false,
  protectedAddress: false,
};

/** What was delivered there, or came from there. */
const REFERENCE = `
SELECT r.reference,
       ARRAY(SELECT DISTINCT e.purpose
               FROM messaging.delivery_status s
               JOIN messaging.event_document e ON e.case_id = s.case_id AND e.version = s.case_version
              WHERE s.case_id = r.case_id AND s.recipient = r.peer AND s.state = 'delivered') AS told
  FROM messaging.case_reference r WHERE r.peer = $1 AND r.case_id = $2 ORDER BY r.reference LIMIT 1`;

/** What both were exchanged for, sorted: two files that serve different purposes are not joined (R04). @throws AppError `link-other-purpose` */
export function purposeOf(one: Exchanged, other: Exchanged): string {
  const [purpose] = one.purposes.filter((each) => other.purposes.includes(each)).sort();
  if (purpose !== undefined) return purpose;
  throw new AppError(
    'link-other-purpose',
    'You exchange about these cases for different purposes: what was told for one does not serve the other.',
  );
}

/**
 * The facts of the two together, of each the more protective: a measure on either counts for both, and only two who are of age are (R15).
 */
export function factsOfBoth({ facts: one }: Exchanged, { facts: other }: Exchanged): CaseFacts {
  const either = (name: 'protectedIdentity' | 'protectedAddress') =>
    one[name] === true || other[name] === true
      ? { [name]: true }
      : one[name] === false && other[name] === false
        ? { [name]: false }
        : {};
  const departement = one.departement ?? other.departement;
  const age = youngest(one, other);
  return {
    ...(departement !== undefined && { departement }),
    ...age,
    ...either('protectedIdentity'),
    ...either('protectedAddress'),
  };
}

function youngest(one: CaseFacts, other: CaseFacts): Pick<CaseFacts, 'birthDate' | 'adult'> {
  const known = [one.birthDate, other.birthDate].filter((date) => date !== undefined).sort();
  const unknown = [one, other].filter(({ birthDate, adult }) => birthDate === undefined && !adult).length;
  const birthDate = known.at(-1);
  if (unknown > 0) return {};
  return birthDate === undefined ? { adult: true } : { birthDate };
}

/** @throws AppError `link-protected` */
export function requireUnprotected({ protectedIdentity, protectedAddress }: CaseFacts): void {
  if (protectedIdentity === false && protectedAddress === false) return;
  throw new AppError(
    'link-protected',
    'A measure may hide who the person of one of these cases is, or where: nothing may be joined to it (CPP 706-57, 706-62-2). What the other agency proposes, refuse.',
  );
}
