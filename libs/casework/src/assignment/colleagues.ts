import { AppError, type Clock } from '@liaison/kernel';
import type { Identity } from '@liaison/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { CLOCK } from '../agency/tokens';

export interface Colleague {
  /** Pseudonym. */
  readonly agent: string;
  readonly roles: readonly string[];
  readonly seenAt: string;
  /** Cases that they have. */
  readonly cases: number;
}

/** Who works in a unit, as far as this service has met them: it knows pseudonyms, the agency knows whose they are. */
@Injectable()
export class Colleagues {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** Remembers the caller, so that colleagues can hand cases over to them. Written once an hour, or when roles change. */
  async meet(manager: EntityManager, { unit, pseudonym, roles }: Identity): Promise<void> {
    await manager.query(MEET, [unit, pseudonym, [...roles].sort(), this.clock.now()]);
  }

  /** As they were seen last. @throws AppError `colleague-unknown` */
  async require(
    manager: EntityManager,
    { unit }: Pick<Identity, 'unit'>,
    agent: string,
  ): Promise<Pick<Identity, 'unit' | 'roles'>> {
    const [known] = await manager.query<Pick<Identity, 'roles'>[]>(
      'SELECT roles FROM desk.colleague WHERE unit = $1 AND agent = $2',
      [unit, agent],
    );
    if (known) return { unit, roles: known.roles };
    throw new AppError(
      'colleague-unknown',
      'Nobody of your unit is known by that pseudonym: they open their desk once, then they can be given cases.',
    );
  }

  /** Those seen last first. */
  async list(manager: EntityManager, { unit }: Pick<Identity, 'unit'>): Promise<readonly Colleague[]> {
    const rows = await manager.query<(Omit<Colleague, 'seenAt'> & { seenAt: Date })[]>(LIST, [unit]);
    return rows.map(({ seenAt, ...row }) => ({ ...row, seenAt: seenAt.toISOString() }));
  }
}

/** What is not written is not locked: desks that refresh do not wait for each other. */
const MEET = `
INSERT INTO desk.colleague AS c (unit, agent, roles, seen_at)
SELECT $1, $2, $3::text[], $4::timestamptz
 WHERE NOT EXISTS (SELECT FROM desk.colleague k
                    WHERE k.unit = $1 AND k.agent = $2 AND k.roles = $3::text[]
                      AND k.seen_at > $4::timestamptz - interval '1 hour')
ON CONFLICT ON CONSTRAINT colleague_pkey DO UPDATE SET roles = excluded.roles, seen_at = excluded.seen_at`;

/** Nobody's unit has more. */
const LIST = `
SELECT c.agent, c.roles, c.seen_at AS "seenAt",
       (SELECT count(*)::int FROM desk.assignment a WHERE a.unit = c.unit AND a.agent = c.agent) AS cases
  FROM desk.colleague c WHERE c.unit = $1 ORDER BY c.seen_at DESC, c.agent LIMIT 1000`;
