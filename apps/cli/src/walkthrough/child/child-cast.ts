import { type Caller, callerOf } from '../caller';

/** Addresses of the services that children meet. */
export interface ChildAddresses {
  readonly issuer: string;
  readonly association: string;
  readonly ase: string;
  readonly otherAse: string;
  readonly partner: string;
  readonly police: string;
}

/** Who acts for the children: demonstration accounts, each at its own agency's service. */
export interface ChildCast {
  /** Street team of an association, Paris. */
  readonly team: Caller;
  /** Its shelters, elsewhere. */
  readonly shelter: Caller;
  /** Child protection where the children are found, and of the département that is claimed. */
  readonly ase: Caller;
  readonly otherAse: Caller;
  /** Parquet of Paris, section of minors. */
  readonly parquet: Caller;
  /** Police: the brigade that looks for missing minors. */
  readonly searchers: Caller;
}

export async function childCastOf(addresses: ChildAddresses): Promise<ChildCast> {
  const { issuer, association, ase, otherAse, partner, police } = addresses;
  const [team, shelter, here, there, parquet, searchers] = await Promise.all([
    callerOf(issuer, 'caseworker-maraude', association),
    callerOf(issuer, 'caseworker-foyer', association),
    callerOf(issuer, 'caseworker-mna', ase),
    callerOf(issuer, 'caseworker-mna-13', otherAse),
    callerOf(issuer, 'caseworker-parquet', partner),
    callerOf(issuer, 'officer-bpm', police),
  ]);
  return { team, shelter, ase: here, otherAse: there, parquet, searchers };
}
