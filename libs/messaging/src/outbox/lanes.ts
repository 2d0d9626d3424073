import type { DataSource } from 'typeorm';

/** Runs SQL with positional parameters: a DataSource (own transaction) or an EntityManager (the caller's). */
export interface Sql {
  query<T = unknown>(sql: string, parameters?: unknown[]): Promise<T>;
}

/**
 * Documents as one parameter, for `json_array_elements`: in an array of SQL each of their quotes would be escaped, and
 * read again.
 */
export const jsonList = (documents: readonly string[]): string => `[${documents.join(',')}]`;

export interface LaneAddress {
  readonly topic: string;
  readonly partition: number;
}

/**
 * A lane is one (topic, partition). Rows are made on first use, in a transaction of their own: nobody's business
 * transaction waits for another's lane.
 */
export class Lanes {
  private readonly ids = new Map<string, Promise<number>>();

  constructor(private readonly dataSource: DataSource) {}

  getLaneId(address: LaneAddress): Promise<number> {
    const key = `${address.topic}/${address.partition}`;
    let id = this.ids.get(key);
    if (!id) {
      id = this.findOrCreate(address);
      this.ids.set(key, id);
      id.catch(() => this.ids.delete(key));
    }
    return id;
  }

  private async findOrCreate({ topic, partition }: LaneAddress): Promise<number> {
    // Nothing comes of it only where somebody else makes the lane at this moment: the second time it is there.
    for (let time = 1; time <= 2; time += 1) {
      const [lane] = await this.dataSource.query<{ id: number }[]>(FIND_OR_CREATE, [topic, partition]);
      if (lane) return lane.id;
    }
    throw new Error(`lane ${topic}/${partition} vanished`);
  }
}

const FIND_OR_CREATE = `
WITH found AS (
  SELECT id FROM messaging.lane WHERE topic = $1 AND partition = $2
), created AS (
  INSERT INTO messaging.lane (topic, partition) SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM found)
  ON CONFLICT DO NOTHING RETURNING id
)
SELECT id FROM found UNION ALL SELECT id FROM created`;
