import { inboxTopic } from '@liaison/contracts';
import type { AgencyDatabase } from './agency-database';

/**
 * Does something while nothing is dispatched to these agencies: whoever dispatches needs a lane, and they are held. A lane is made on
 * first use; only what is there can be held.
 */
export async function whileNothingLeaves<T>(
  { database: { owner } }: { readonly database: Pick<AgencyDatabase, 'owner'> },
  to: readonly string[],
  work: () => Promise<T>,
): Promise<T> {
  await owner.query(
    `INSERT INTO messaging.lane (topic, partition)
     SELECT topic, partition FROM unnest($1::text[]) topic, generate_series(0, 2) partition ON CONFLICT DO NOTHING`,
    [to.map((agency) => inboxTopic(agency))],
  );
  return owner.transaction(async (holder) => {
    await holder.query('SELECT FROM messaging.lane FOR UPDATE');
    return work();
  });
}
