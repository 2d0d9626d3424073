import type { DataSource } from 'typeorm';

/** Runs SQL with positional parameters: a DataSource (own transaction) or an EntityManager (the caller's). */
export interface Sql {
  query<T = unknown>(sql: string, parameters?: unknown[]): Promise<T>;
}

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
    const select = 'SELECT id FROM messaging.lane WHERE topic = $1 AND partition = $2';
    const [existing] = await this.dataSource.query<{ id: number }[]>(select, [topic, partition]);
    if (existing) return existing.id;
    await this.dataSource.query(
      'INSERT INTO messaging.lane (topic, partition) VALUES ($1, $2) ON CONFLICT DO NOTHING',
      [topic, partition],
    );
    const [created] = await this.dataSource.query<{ id: number }[]>(select, [topic, partition]);
    if (!created) throw new Error(`lane ${topic}/${partition} vanished`);
    return created.id;
  }
}
