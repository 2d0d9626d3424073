import type { AgencyDatabase } from './agency-database';
import { eventually } from './eventually';

/**
 * Waits until the change feed shows all that this database has written by now: it stays behind whoever writes anywhere on
 * the server (ADR 11), in other suites' databases too.
 */
export const feedCaughtUp = ({ owner }: Pick<AgencyDatabase, 'owner'>) =>
  eventually(async () => {
    const [row] = await owner.query<{ behind: boolean }[]>(
      `SELECT coalesce(max(xid) >= pg_snapshot_xmin(pg_current_snapshot()), false) AS behind FROM casework.change`,
    );
    return row?.behind === false;
  });
