import { AppError, type Clock } from '@liaison/kernel';
import { type Identity, SERVE_DATABASE, serveTransaction } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { Acts } from '../acts';
import { CLOCK } from '../agency/tokens';
import type { ToldBreakGlass } from './break-glass.dto';
import { noSuchOpening, toldOf, type ToldRow } from './break-glass-rows';

/** What other agencies opened of cases that came from this one. */
@Injectable()
export class ToldBreakGlassHandler {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly acts: Acts,
  ) {}

  /** Of cases that the caller's unit sent, newest first. */
  async told(identity: Identity): Promise<readonly ToldBreakGlass[]> {
    const rows = await serveTransaction(this.database, identity, (manager) =>
      manager.query<ToldRow[]>(
        'SELECT * FROM desk.break_glass_told WHERE unit = $1 ORDER BY received_at DESC, opening LIMIT 200',
        [identity.unit],
      ),
    );
    return rows.map(toldOf);
  }

  /** @throws AppError `break-glass-not-found`, `break-glass-noted` */
  note(
    identity: Identity,
    { agency, id }: { agency: string; id: string },
    idempotencyKey: string,
  ): Promise<ToldBreakGlass> {
    const route = 'POST /v1/break-glass-told/:agency/:id/note';
    return this.acts.run(identity, { route, idempotencyKey, request: { agency, id } }, async (manager) => {
      const [row] = await manager.query<ToldRow[]>(
        'SELECT * FROM desk.break_glass_told WHERE sender = $1 AND opening = $2 AND unit = $3 FOR UPDATE',
        [agency, id, identity.unit],
      );
      if (!row) throw noSuchOpening();
      if (row.noted_at)
        throw new AppError('break-glass-noted', 'Somebody of your unit has taken note of it.');
      const at = this.clock.now();
      await manager.query(
        'UPDATE desk.break_glass_told SET noted_at = $3, noted_by = $4 WHERE sender = $1 AND opening = $2',
        [agency, id, at, identity.pseudonym],
      );
      return { status: 200, body: { ...toldOf({ ...row, noted_at: at }) } };
    });
  }
}
