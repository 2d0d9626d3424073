import type { AgencyKind } from '@liaison/kernel';
import type { Convention } from './convention';
import { isParty } from './index-of-conventions';
import type { PartyRef } from './model';

/** A département that stands for every one that no convention names. */
const ANY_DEPARTEMENTS = ['75', '13', '69', '59', '33'];

/**
 * Agencies of a kind that stand for all of them: two that are the same parties of the same conventions are treated
 * alike. The first is one that no convention names, where the conventions leave room for one.
 */
export function partyClasses(conventions: readonly Convention[], kind: AgencyKind): readonly PartyRef[] {
  const parties = conventions.flatMap((each) => each.parties).filter((party) => party.kind === kind);
  const named = [...new Set(parties.flatMap(({ departements }) => departements ?? []))].sort();
  const other = ANY_DEPARTEMENTS.find((code) => !named.includes(code));
  const departements = [other, undefined, ...named];
  const ids = [...new Set(parties.flatMap(({ agencies }) => agencies ?? []))].sort();
  const found = new Map<string, PartyRef>();
  for (const id of [undefined, ...ids]) {
    for (const departement of departements) {
      const agency: PartyRef = {
        agency: id ?? [kind, departement ?? 'national'].join('-'),
        kind,
        ...(departement === undefined ? {} : { departement }),
      };
      const key = parties.map((party) => isParty(party, agency)).join();
      if (!found.has(key)) found.set(key, agency);
    }
  }
  return [...found.values()];
}
