import { AfterSharingSweep, Revocations } from '@liaison/casework';
import { NOTICE_AMENDED, SHARE_PURGED, SHARE_REVOKED, type ShareRevokedV1 } from '@liaison/contracts';
import type { ReceivedEvent } from '@liaison/messaging';
import {
  type AgencyWorld,
  aNotice,
  changedConvention,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
  whileNothingLeaves,
  describeOnBothBrokers,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { asksForConsent, Notices } from './notice/notices.test';
import { POLICE } from './service';

const UNPROTECTED = { identity: false, address: false };

describeOnBothBrokers('what follows after sharing, at who shared', (broker) => {
  let conventionsDir: string;
  let world: AgencyWorld;
  let police: TestService;
  let prefecture: TestPeer;
  let notices: Notices;

  beforeAll(async () => {
    conventionsDir = changedConvention('police-prefecture', asksForConsent);
    world = await startAgencyWorld({ conventionsDir, broker });
    prefecture = await startPeer(world, 'prefecture-75');
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    notices = await Notices.of(police);
  });
  afterAll(async () => {
    await world.stop();
    rmSync(conventionsDir, { recursive: true });
  });

  const act = (id: string, verb: string, body: object) =>
    notices.officer
      .post(`/v1/notices/${id}/${verb}`)
      .set('Idempotency-Key', randomUUID())
      .set('If-Match', '*')
      .send(body);
  const consent = async (id: string, value: string) => {
    const answer = await act(id, 'consent', { to: 'prefecture', value });
    expect([answer.status, answer.body.code]).toEqual([202, undefined]);
  };
  const named = (familyName: string) =>
    aNotice({
      civilStatus: {
        declared: { familyName },
        real: { familyName, verifiedBy: 'Consulate', verifiedOn: '2026-03-01' },
      },
    });
  const amend = async (id: string, body: object) => {
    const answer = await act(id, 'amend', { reason: 'identity-established', ...body });
    expect([answer.status, answer.body.code]).toEqual([202, undefined]);
  };
  const versionOf = (familyName: string, version = 0) =>
    eventually(() => {
      const found = prefecture.received.filter(
        ({ envelope, data }) =>
          envelope.type === NOTICE_AMENDED && JSON.stringify(data).includes(`"${familyName}"`),
      )[version];
      if (!found) throw new Error(`nothing about ${familyName} yet`);
      return found;
    });
  /** Issued without consent, so refused; then agreed to, and here. */
  const shared = async (familyName: string) => {
    const issued = await notices.issueNow({ content: named(familyName), protection: UNPROTECTED });
    const id = String(issued.body.id);
    await notices.whenDelivered(id, 'refused');
    await consent(id, 'given');
    await amend(id, { content: named(familyName), protection: UNPROTECTED });
    return { id, received: await versionOf(familyName) };
  };
  const revocations = (reference: string) =>
    prefecture.received.filter(
      ({ envelope }) => envelope.type === SHARE_REVOKED && envelope.subject === reference,
    ) as ReceivedEvent<ShareRevokedV1>[];
  const revoked = (reference: string) =>
    eventually(() => {
      const [found] = revocations(reference);
      if (!found) throw new Error('nothing was revoked yet');
      return found;
    });
  const desk = async (id: string) => {
    const { body } = await notices.officer.get('/v1/desk').query({ limit: 200 }).expect(200);
    return (body as { items: { kind: string; caseId: string; overdue: boolean }[] }).items.filter(
      ({ kind, caseId }) => kind === 'purge-unconfirmed' && caseId === id,
    );
  };
  const happened = async (id: string) => {
    const { body } = await notices.officer.get(`/v1/cases/${id}/timeline`).query({ limit: 200 }).expect(200);
    return (body as { items: { kind: string; detail: object }[] }).items;
  };
  const settled = (reference: string) =>
    eventually(async () => {
      const rows = await police.database.owner.query<object[]>(
        `SELECT FROM messaging.delivery_status
          WHERE reference = $1 AND state IN ('pending', 'frozen', 'sent')`,
        [reference],
      );
      expect(rows).toEqual([]);
    });

  it('a consent is withdrawn: who holds something on it is told at once to purge it, and has to confirm', async () => {
    const { id, received } = await shared('Retraction');
    await consent(id, 'withdrawn');
    const { envelope, data } = await revoked(received.envelope.subject);
    expect(data).toMatchObject({ effect: 'purge', events: [received.envelope.id] });
    expect(envelope.convention).toBeUndefined();

    expect(await desk(id)).toHaveLength(1);
    const [record] = await police.database.owner.query<{ record: object }[]>(
      `SELECT record FROM messaging.audit_record WHERE kind = 'revocation' AND reference = $1`,
      [envelope.subject],
    );
    expect(record?.record).toMatchObject({
      eventId: envelope.id,
      reason: 'purge',
      counterpart: 'prefecture-75',
    });

    await police.database.owner.query(
      `UPDATE casework.revocation SET confirm_by = now() - interval '1 hour' WHERE id = $1`,
      [envelope.id],
    );
    expect((await desk(id)).map(({ overdue }) => overdue)).toEqual([true]);
    const metrics = await police.anonymous().get('/metrics');
    expect(metrics.text).toMatch(/liaison_purges_unconfirmed\{[^}]*peer="prefecture-75"[^}]*\} 1\n/);

    await prefecture.answer(
      { ...received },
      {
        type: SHARE_PURGED,
        document: {
          purgedAt: new Date().toISOString(),
          reason: 'revoked',
          revocation: envelope.id,
          purged: [received.envelope.id],
          kept: [],
        },
      },
    );
    await eventually(async () => expect(await desk(id)).toEqual([]));
    expect(await happened(id)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: 'share-revoked',
          detail: { recipient: 'prefecture-75', ground: 'consent', effect: 'purge', events: 1, fields: null },
        }),
        expect.objectContaining({ kind: 'share-purged', detail: { purged: 1, kept: 0, fields: null } }),
      ]),
    );
    // It was still on its way then, and a duty keeps it since it came.
    await prefecture.answer(received, {
      type: SHARE_PURGED,
      document: {
        purgedAt: new Date().toISOString(),
        reason: 'revoked',
        revocation: envelope.id,
        purged: [],
        kept: [received.envelope.id],
      },
    });
    await eventually(async () => {
      const later = (await happened(id)).filter(({ kind }) => kind === 'share-purged');
      expect(later).toMatchObject([{ detail: { purged: 0, kept: 1, fields: null } }]);
    });
  });

  it('nothing new leaves on what was withdrawn, and whoever agrees again shares anew', async () => {
    const { id, received } = await shared('Encore');
    await consent(id, 'withdrawn');
    await revoked(received.envelope.subject);
    await consent(id, 'withdrawn');
    await consent(id, 'given');
    await amend(id, { content: named('Encore'), protection: UNPROTECTED });
    const again = await versionOf('Encore', 1);
    await settled(received.envelope.subject);
    expect(revocations(received.envelope.subject)).toHaveLength(1);
    await consent(id, 'refused');
    await eventually(() => expect(revocations(received.envelope.subject)).toHaveLength(2));
    expect(revocations(received.envelope.subject)[1]?.data.events).toEqual([again.envelope.id]);
  });

  it('a protection is granted: what names the person is purged where it is, the rest stays, and it leaves no more', async () => {
    const { id, received } = await shared('Protection');
    await amend(id, { content: named('Protection'), protection: { identity: true, address: false } });
    const { envelope, data } = await revoked(received.envelope.subject);
    expect(data).toMatchObject({ effect: 'purge', events: [received.envelope.id] });
    // That somebody is protected is told to nobody (R20).
    expect(data).not.toHaveProperty('ground');
    expect(data.fields).toEqual(
      expect.arrayContaining(['civilStatus.real.familyName', 'civilStatus.real.verifiedBy']),
    );
    expect(data.fields).not.toContain('civilStatus.declared.familyName');
    expect(data.fields).not.toContain('exploitation.forms');
    const next = await versionOf('Protection', 1);
    expect(next.withheld).toContain('civilStatus.real.familyName');

    await prefecture.answer(received, {
      type: SHARE_PURGED,
      document: {
        purgedAt: new Date().toISOString(),
        reason: 'revoked',
        revocation: envelope.id,
        purged: [received.envelope.id],
        kept: [],
        fields: data.fields,
      },
    });
    await eventually(async () => expect(await desk(id)).toEqual([]));
    expect(await happened(id)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: 'share-purged',
          detail: { purged: 1, kept: 0, fields: data.fields },
        }),
      ]),
    );
    // Known already: what more ends is told, and that alone.
    await amend(id, { content: named('Protection'), protection: { identity: true, address: true } });
    await versionOf('Protection', 2);
    await settled(received.envelope.subject);
    const told = revocations(received.envelope.subject).filter(({ data: { events } }) =>
      events.includes(received.envelope.id),
    );
    const fieldsTold = told.flatMap(({ data: { fields = [] } }) => fields);
    expect(new Set(fieldsTold).size).toBe(fieldsTold.length);
    expect(fieldsTold).toContain('address.departement');
  });

  it('the person moves: a préfecture that is competent no longer purges', async () => {
    const { id, received } = await shared('Demenage');
    const moved = await act(id, 'move', { departement: '13' });
    expect(moved.status).toBe(202);
    const { data } = await revoked(received.envelope.subject);
    expect(data).toMatchObject({ effect: 'purge' });
  });

  it('a withdrawal of the notice does not take back what was said of purging', async () => {
    const { id, received } = await shared('Ensemble');
    await whileNothingLeaves(police, ['prefecture-75'], async () => {
      await consent(id, 'withdrawn');
      expect((await act(id, 'withdraw', { reason: 'duplicate' })).status).toBe(202);
    });
    await revoked(received.envelope.subject);
  });

  it('told once, whatever dies in between and however many look at once', async () => {
    const { received } = await shared('Une-fois');
    const { owner, ingest } = police.database;
    const sweep = police.app.get(AfterSharingSweep);
    const [found] = await owner.query<{ case_id: string }[]>(
      'SELECT case_id FROM messaging.case_reference WHERE reference = $1',
      [received.envelope.subject],
    );
    const caseId = found?.case_id ?? '';
    await owner.transaction(async (holder) => {
      // Whoever tells stops after the message, before it is noted.
      await holder.query('LOCK casework.revocation IN EXCLUSIVE MODE');
      await owner.query(
        `UPDATE messaging.cases SET facts = '{"departement":"75","protectedIdentity":false,"protectedAddress":false}',
                facts_version = facts_version + 1 WHERE id = $1`,
        [caseId],
      );
      const dying = sweep.sweep();
      await eventually(async () => {
        const killed = await ingest.query<object[]>(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock' AND query ~ 'INSERT INTO casework.revocation'`,
        );
        expect(killed).toHaveLength(1);
      });
      await dying;
    });
    expect(revocations(received.envelope.subject)).toEqual([]);
    const look = () =>
      ingest.transaction(async (manager) => {
        await manager.query('SELECT FROM messaging.cases WHERE id = $1 FOR NO KEY UPDATE', [caseId]);
        await police.app.get(Revocations).revokeEnded(manager, caseId);
      });
    await Promise.all([sweep.sweep(), look(), look(), look()]);
    await revoked(received.envelope.subject);
    await settled(received.envelope.subject);
    expect(revocations(received.envelope.subject)).toHaveLength(1);
  });
});
