import type { AuditRecord } from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import {
  type AgencyWorld,
  eventually,
  publishUnchecked,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { aRecord, recorded } from './record/a-record.test';
import { AUDIT_LOG } from './service';
import type { UnreviewedBreakGlassPage } from './break-glass/unreviewed-break-glass.dto';
import type { UnconfirmedPurgePage } from './purges/unconfirmed-purge.dto';

describe('what the log waits for', () => {
  let world: AgencyWorld;
  let peer: TestPeer;
  let log: TestService;
  let number = 0;
  const [epoch, subject] = [randomUUID(), randomUUID()];

  beforeAll(async () => {
    world = await startAgencyWorld();
    peer = await startPeer(world, 'police-75');
    log = await world.start({ agencyId: 'audit-log', ...AUDIT_LOG });
  });
  afterAll(() => world.stop());

  /** As the log has it two days later. */
  const append = async (agency: string, record: Partial<AuditRecord>) => {
    const data = aRecord({ agency, ...record });
    number += 1;
    await publishUnchecked(peer, world.directory.findAgency('audit-log') as Agency, [
      recorded(data, number, { epoch, subject, source: `urn:liaison:agency:${agency}` }),
    ]);
    await eventually(async () => {
      const [, changed] = await log.database.owner.query<[unknown[], number]>(
        `UPDATE audit_log.record SET appended_at = now() - interval '2 days' WHERE record_id = $1`,
        [data.recordId],
      );
      expect(changed).toBe(1);
    });
  };
  const reference = randomUUID();
  const revocation = (reason: string) => {
    const eventId = randomUUID();
    const told = { kind: 'revocation', reference, eventId, counterpart: 'prefecture-75', reason } as const;
    return { eventId, append: () => append('police-75', told) };
  };
  const done = (kind: 'purge' | 'restriction', eventId: string) =>
    append('prefecture-75', { kind, reference, eventId, counterpart: 'police-75', reason: 'revoked' });

  it('lists and counts purges until who was told has recorded what it did', async () => {
    const [open, purged, kept, restricted] = ['purge', 'purge', 'purge', 'restrict'].map(revocation);
    for (const each of [open, purged, kept, restricted]) await each?.append();
    await done('purge', purged?.eventId ?? '');
    await done('restriction', kept?.eventId ?? '');

    const operator = await log.as({ unit: 'operations', roles: ['operator'] });
    const list = async (query = '') =>
      ((await operator.get(`/v1/unconfirmed-purges${query}`).expect(200)).body as UnconfirmedPurgePage).items;
    expect((await list()).map((item) => item.revocation)).toEqual([open?.eventId]);
    expect(await list('?agency=prefecture-75')).toMatchObject([
      { agency: 'police-75', counterpart: 'prefecture-75', reference },
    ]);
    expect(await list('?agency=prefecture-13')).toEqual([]);
    const metrics = async () => (await log.anonymous().get('/metrics')).text;
    expect(await metrics()).toMatch(/liaison_purges_unrecorded\{[^}]*author="prefecture-75"[^}]*\} 1\n/);
    const [searched] = await log.database.owner.query<object[]>(
      `SELECT FROM messaging.audit_record WHERE kind = 'search' LIMIT 1`,
    );
    expect(searched).toBeDefined();

    await done('purge', open?.eventId ?? '');
    expect(await list()).toEqual([]);
    expect(await metrics()).not.toMatch(/liaison_purges_unrecorded\{[^}]*author=/);
  });

  it('lists openings in an emergency until a second person has reviewed them, and counts those of three days', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    const said = (kind: 'break-glass-opened' | 'break-glass-reviewed', eventId: string, reason: string) =>
      append('prefecture-75', { kind, reference, eventId, counterpart: 'police-75', reason });
    for (const opening of [first, second]) await said('break-glass-opened', opening, 'danger-to-life');
    const operator = await log.as({ unit: 'operations', roles: ['operator'] });
    const list = async (query = '') =>
      (
        (await operator.get(`/v1/unreviewed-break-glass${query}`).expect(200))
          .body as UnreviewedBreakGlassPage
      ).items;
    expect(await list('?agency=police-75')).toMatchObject([
      {
        opening: first,
        agency: 'prefecture-75',
        counterpart: 'police-75',
        reference,
        ground: 'danger-to-life',
      },
      { opening: second },
    ]);
    expect(await list('?agency=prefecture-13')).toEqual([]);
    const counted = async () =>
      /liaison_break_glass_unreviewed\{[^}]*author="prefecture-75"[^}]*\} (\d+)/.exec(
        (await log.anonymous().get('/metrics')).text,
      )?.[1];
    expect(await counted()).toBeUndefined();
    await log.database.owner.query(
      `UPDATE audit_log.record SET appended_at = now() - interval '4 days' WHERE kind = 'break-glass-opened'`,
    );
    expect(await counted()).toBe('2');
    await said('break-glass-reviewed', first, 'approved');
    expect((await list()).map(({ opening }) => opening)).toEqual([second]);
    expect(await counted()).toBe('1');
  });
});
