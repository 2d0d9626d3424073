import type { TwoReferences } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import type { CaseRegister } from '../cases/case-register';
import type { ReadableCase } from '../cases/cases';
import { consentsOf } from '../consent/consents-of-case';
import type { CaseFacts } from '../policy/case-facts';
import { exchangesAbout } from './exchange-sources';
import { measuresStatedAbout } from './stated-measures';

/** A case as this agency and another exchange about it, by one of the references by which they do. */
export interface Exchanged {
  readonly caseId: string;
  readonly reference: string;
  /** For which the other learned of it, or told of it. */
  readonly purposes: readonly string[];
  /** Of this agency's own; what came from the other hides nothing from it. */
  readonly facts: CaseFacts;
}

/** Where this agency has its cases, and what else it exchanges about them. */
export interface Exchanges {
  readonly register: CaseRegister;
  /** See `EXCHANGE_SOURCES`. */
  readonly sources: readonly string[];
}

/**
 * Each way in which both exchange about the case, by reference: the case's own, where it came from either of the two or this agency has
 * told the other of it in words of its own; and what is exchanged about it beside that.
 * @throws AppError `link-not-exchanged`, `case-taken-back`
 */
export async function exchangedCase(
  manager: EntityManager,
  { register, sources }: Exchanges,
  identity: Identity,
  { id, held, standing }: ReadableCase,
  agency: string,
): Promise<readonly Exchanged[]> {
  if (standing.standing === 'recalled') {
    throw new AppError('case-taken-back', 'Its sender has taken it back: there is nothing left to link.');
  }
  const from = held.provenance?.agency;
  const own = register.findDelivery ? await register.findDelivery(manager, identity, id) : id;
  const about = await exchangesAbout(manager, sources, identity, id);
  const ways = [
    ...(own === undefined ? [] : [{ delivery: own, cameFor: from === agency ? held.purpose : null }]),
    ...about,
  ];
  const rows = await manager.query<Row[]>(REFERENCES, [agency, ways.map(({ delivery }) => delivery)]);
  const consents = await consentsOf(manager, identity.unit, id);
  const stated = await measuresStatedAbout(
    manager,
    identity,
    id,
    ways.map(({ delivery }) => delivery),
  );
  // A case of this agency's own says what hides its person; of one that came it knows what it has stated itself, if anything.
  const ofCase =
    from === undefined ? held.facts : (rows.find(({ delivery }) => delivery === own)?.facts ?? {});
  const found = rows.flatMap(({ delivery, reference, told, facts }) => {
    const cameFor = ways.find((way) => way.delivery === delivery)?.cameFor ?? null;
    const purposes = [...new Set([...(cameFor === null ? [] : [cameFor]), ...told])];
    if (purposes.length === 0) return [];
    const known = from === undefined && delivery === own ? held.facts : { ...held.facts, ...facts };
    const said = from === undefined ? ofCase : facts;
    const measures = hiddenBy(
      cameFor === null ? said : { ...NOT_HIDDEN_FROM_ITS_SENDER, ...measuresOf(ofCase) },
      [ofCase, facts, stated],
    );
    return [
      {
        caseId: id,
        reference,
        purposes,
        facts: { ...personOf(known), ...measures, ...(consents.length > 0 && { consents }) },
      },
    ];
  });
  if (found.length === 0) throw notExchanged();
  return found;
}

interface Row {
  readonly delivery: string;
  readonly reference: string;
  readonly told: readonly string[];
  /** As this agency has stated them, of what it opened; of what came, what is known of its département and age. */
  readonly facts: CaseFacts;
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

const personOf = ({ departement, birthDate, adult }: CaseFacts): CaseFacts => ({
  ...(departement !== undefined && { departement }),
  ...(birthDate !== undefined && { birthDate }),
  ...(adult !== undefined && { adult }),
});

/** A measure that is stated anywhere counts. */
const hiddenBy = (stated: CaseFacts, all: readonly CaseFacts[]): CaseFacts => ({
  ...measuresOf(stated),
  ...(all.some(({ protectedIdentity }) => protectedIdentity === true) && { protectedIdentity: true }),
  ...(all.some(({ protectedAddress }) => protectedAddress === true) && { protectedAddress: true }),
});

const measuresOf = ({ protectedIdentity, protectedAddress }: CaseFacts): CaseFacts => ({
  ...(protectedIdentity !== undefined && { protectedIdentity }),
  ...(protectedAddress !== undefined && { protectedAddress }),
});

/** What was delivered there, or came from there. */
const REFERENCES = `
SELECT r.case_id AS delivery, r.reference, coalesce(c.facts, '{}') AS facts,
       ARRAY(SELECT DISTINCT e.purpose
               FROM messaging.delivery_status s
               JOIN messaging.event_document e ON e.case_id = s.case_id AND e.version = s.case_version
              WHERE s.case_id = r.case_id AND s.recipient = r.peer AND s.state = 'delivered') AS told
  FROM messaging.case_reference r JOIN messaging.cases c ON c.id = r.case_id
 WHERE r.peer = $1 AND r.case_id = ANY ($2::uuid[]) ORDER BY r.reference`;

/** Two cases as one agency and another know them. */
export interface ExchangedPair {
  readonly one: Exchanged;
  readonly other: Exchanged;
  readonly purpose: string;
}

/**
 * What both were exchanged for: two files that serve different purposes are not joined (R04). Both agencies find the same pair, the first
 * by purpose and then by reference.
 * @param by of a link that there is: in its references alone
 * @throws AppError `link-other-purpose`, `link-not-exchanged`
 */
export function commonExchange(
  ones: readonly Exchanged[],
  others: readonly Exchanged[],
  by?: TwoReferences,
): ExchangedPair {
  const named = ({ reference }: Exchanged) => !by || reference === by.first || reference === by.second;
  const [mine, theirs] = [ones.filter(named), others.filter(named)];
  if (mine.length === 0 || theirs.length === 0) throw notExchanged();
  const pairs = mine.flatMap((one) =>
    theirs.flatMap((other) =>
      one.purposes
        .filter((purpose) => other.purposes.includes(purpose))
        .map((purpose) => ({ one, other, purpose })),
    ),
  );
  const [first] = pairs.sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  if (first) return first;
  throw new AppError(
    'link-other-purpose',
    'You exchange about these cases for different purposes: what was told for one does not serve the other.',
  );
}

const orderOf = ({ one, other, purpose }: ExchangedPair): string =>
  [purpose, ...[one.reference, other.reference].sort()].join(' ');

/**
 * The facts of the two together, of each the more protective: a measure on either counts for both, only two who are of age are (R15), and
 * only what the person agreed to on both cases was agreed to (R11).
 */
export function factsOfBoth(
  { facts: one }: Pick<Exchanged, 'facts'>,
  { facts: other }: Pick<Exchanged, 'facts'>,
): CaseFacts {
  const either = (name: 'protectedIdentity' | 'protectedAddress') =>
    one[name] === true || other[name] === true
      ? { [name]: true }
      : one[name] === false && other[name] === false
        ? { [name]: false }
        : {};
  const departement = one.departement ?? other.departement;
  return {
    ...(departement !== undefined && { departement }),
    ...youngest(one, other),
    ...either('protectedIdentity'),
    ...either('protectedAddress'),
    ...agreedOnBoth(one, other),
  };
}

function youngest(one: CaseFacts, other: CaseFacts): Pick<CaseFacts, 'birthDate' | 'adult'> {
  const known = [one.birthDate, other.birthDate].filter((date) => date !== undefined).sort();
  const unknown = [one, other].filter(({ birthDate, adult }) => birthDate === undefined && !adult).length;
  const birthDate = known.at(-1);
  if (unknown > 0) return {};
  return birthDate === undefined ? { adult: true } : { birthDate };
}

function agreedOnBoth(one: CaseFacts, other: CaseFacts): Pick<CaseFacts, 'consents'> {
  const consents = (one.consents ?? []).filter(
    ({ to, purpose, value }) =>
      value === 'given' &&
      other.consents?.some((each) => each.to === to && each.purpose === purpose && each.value === 'given') ===
        true,
  );
  return consents.length > 0 ? { consents } : {};
}

/** @throws AppError `link-protected` */
export function requireUnprotected({ protectedIdentity, protectedAddress }: CaseFacts): void {
  if (protectedIdentity === false && protectedAddress === false) return;
  throw new AppError(
    'link-protected',
    'A measure may hide who the person of one of these cases is, or where: nothing may be joined to it (CPP 706-57, 706-62-2). What the other agency proposes, refuse.',
  );
}
