import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { IncomingMessage } from './broker';

/** More bytes than this of one partition are left for the next fetch. */
const FETCH_BYTES = 4_000_000;

/** A partition that the member owns, as the database says. */
export interface OwnedRow {
  topic: string;
  topic_id: number;
  partition: number;
  token: string;
  next_offset: string;
  /** How many partitions this member should own. */
  share: number;
}

/** What identifies an ownership to the database. */
export interface Ownership {
  readonly topic: string;
  readonly topicId: number;
  readonly partition: number;
  /** Grows with every change of owner. */
  readonly token: string;
}

/** One member of a group: the calls it makes (`embedded-group-schema.ts`). */
export class EmbeddedGroup {
  private readonly member = randomUUID();

  constructor(
    private readonly pool: Pool,
    private readonly group: string,
  ) {}

  async acquire(topics: readonly string[], leaseMs: number): Promise<readonly OwnedRow[]> {
    const { rows } = await this.pool.query<OwnedRow>({
      name: 'broker-acquire',
      text: 'select * from broker.acquire($1, $2, $3, $4)',
      values: [this.group, topics, this.member, leaseMs],
    });
    return rows;
  }

  async fetch(
    from: readonly (Ownership & { readonly position: string })[],
    maxMessages: number,
  ): Promise<readonly IncomingMessage[]> {
    const { rows } = await this.pool.query<IncomingMessage>({
      name: 'broker-fetch',
      text: 'select * from broker.fetch($1, $2, $3, $4, $5, $6, $7, $8)',
      values: [
        this.group,
        this.member,
        from.map(({ topic }) => topic),
        from.map(({ partition }) => partition),
        from.map(({ token }) => token),
        from.map(({ position }) => position),
        maxMessages,
        FETCH_BYTES,
      ],
    });
    return rows;
  }

  /** @throws an error with code `MEMBERSHIP_LOST` when the partition has another owner */
  async commit({ topicId, partition, token }: Ownership, nextOffset: string): Promise<void> {
    await this.pool.query({
      name: 'broker-commit',
      text: 'select broker.commit($1, $2, $3, $4, $5, $6)',
      values: [this.group, this.member, topicId, partition, token, nextOffset],
    });
  }

  async release({ topicId, partition, token }: Ownership): Promise<void> {
    const values = [this.group, this.member, topicId, partition, token];
    await this.pool.query('select broker.release($1, $2, $3, $4, $5)', values);
  }

  async leave(): Promise<void> {
    await this.pool.query('select broker.leave($1, $2)', [this.group, this.member]);
  }
}
