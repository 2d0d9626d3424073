import { AppError } from '@liaison/kernel';

/** A demonstration account: a confidential client that gets its own token with its secret, `<name>-secret`. */
export interface DemoAccount {
  readonly name: string;
  readonly agency: string;
  readonly unit: string;
  readonly roles: readonly string[];
}

/** `aud` of every access token. */
export const OIDC_AUDIENCE = 'urn:liaison';

/** One account for each role that the walkthrough and the tests play. */
export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  { name: 'officer-brp', agency: 'police-75', unit: 'brp', roles: ['officer'] },
  { name: 'officer-bpm', agency: 'police-75', unit: 'bpm', roles: ['officer'] },
  { name: 'caseworker-brp', agency: 'police-75', unit: 'brp', roles: ['caseworker'] },
  { name: 'supervisor-police', agency: 'police-75', unit: 'brp', roles: ['supervisor'] },
  { name: 'operator-police', agency: 'police-75', unit: 'brp', roles: ['operator'] },
  { name: 'desk-75', agency: 'prefecture-75', unit: 'desk', roles: ['desk'] },
  { name: 'caseworker-75', agency: 'prefecture-75', unit: 'desk', roles: ['caseworker'] },
  { name: 'dpo-75', agency: 'prefecture-75', unit: 'desk', roles: ['dpo'] },
  { name: 'operator-75', agency: 'prefecture-75', unit: 'desk', roles: ['operator'] },
  { name: 'operator-75-deputy', agency: 'prefecture-75', unit: 'desk', roles: ['operator'] },
  { name: 'desk-13', agency: 'prefecture-13', unit: 'desk', roles: ['desk'] },
  { name: 'caseworker-maraude', agency: 'asso-refuge', unit: 'maraude', roles: ['caseworker'] },
  { name: 'caseworker-foyer', agency: 'asso-refuge', unit: 'foyer', roles: ['caseworker'] },
  { name: 'operator-asso', agency: 'asso-refuge', unit: 'maraude', roles: ['operator'] },
  { name: 'caseworker-orientation', agency: 'ac-se', unit: 'orientation', roles: ['caseworker'] },
  { name: 'caseworker-mna', agency: 'ase-75', unit: 'mna', roles: ['caseworker'] },
  { name: 'supervisor-mna', agency: 'ase-75', unit: 'mna', roles: ['supervisor'] },
  { name: 'operator-ase', agency: 'ase-75', unit: 'mna', roles: ['operator'] },
  { name: 'caseworker-mna-13', agency: 'ase-13', unit: 'mna', roles: ['caseworker'] },
  { name: 'operator-ase-13', agency: 'ase-13', unit: 'mna', roles: ['operator'] },
  { name: 'caseworker-parquet', agency: 'parquet-75', unit: 'mineurs', roles: ['caseworker'] },
  { name: 'operator-parquet', agency: 'parquet-75', unit: 'mineurs', roles: ['operator'] },
  { name: 'operator-audit', agency: 'audit-log', unit: 'operations', roles: ['operator'] },
];

/** Known to everybody who reads this file, so the provider refuses to start outside development. */
export function demoSecret(account: string): string {
  return `${account}-secret`;
}

/** @throws AppError `demonstration-accounts-refused` */
export function requireDevelopment(environment: string | undefined): void {
  if (environment === 'development') return;
  throw new AppError(
    'demonstration-accounts-refused',
    'The demonstration accounts have known secrets: they run with LIAISON_ENV=development only.',
  );
}
