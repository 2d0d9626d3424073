import { type Caller, callerOf } from './caller';

/** Addresses of a running system. */
export interface Addresses {
  readonly issuer: string;
  readonly police: string;
  readonly prefecture: string;
  readonly auditLog: string;
}

/** Who acts: demonstration accounts, each at its own agency's service. */
export interface Cast {
  /** Of the brigade that writes (BRP, Paris). */
  readonly officer: Caller;
  /** At the préfecture: decides on rights of residence. */
  readonly desk: Caller;
  /** At the préfecture: works on files, decides nothing. */
  readonly caseworker: Caller;
  /** Looks after the audit log. */
  readonly operator: Caller;
}

export async function castOf({ issuer, police, prefecture, auditLog }: Addresses): Promise<Cast> {
  const [officer, desk, caseworker, operator] = await Promise.all([
    callerOf(issuer, 'officer-brp', police),
    callerOf(issuer, 'desk-75', prefecture),
    callerOf(issuer, 'caseworker-75', prefecture),
    callerOf(issuer, 'operator-audit', auditLog),
  ]);
  return { officer, desk, caseworker, operator };
}
