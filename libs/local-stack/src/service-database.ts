/** One database, owned by `<name>_migrate`; `<name>_ingest` and `<name>_serve` may connect and nothing else. */
export interface ServiceDatabase {
  readonly name: string;
  readonly migrateUrl: string;
  readonly ingestUrl: string;
  readonly serveUrl: string;
}

export interface ServicePasswords {
  readonly migrate: string;
  readonly ingest: string;
  readonly serve: string;
}

/** Creates the database and its three roles, or gives existing ones new passwords. */
export async function createServiceDatabase(
  _adminUrl: string,
  _name: string,
  _passwords?: ServicePasswords,
): Promise<ServiceDatabase> {
  throw new Error('not written yet');
}

/** Drops the database, its connections and its three roles; nothing happens where there is none. */
export async function dropDatabase(_adminUrl: string, _name: string): Promise<void> {
  throw new Error('not written yet');
}
