import { AfterSharingSweep, type NoticeItem, type NoticeView } from '@liaison/casework';
import {
  NOTICE_AMENDED,
  NOTICE_ISSUED,
  SHARE_PURGED,
  SHARE_REVOKED,
  type SharePurgedV1,
} from '@liaison/contracts';
import type { Agency } from '@liaison/kernel';
import {
  type AgencyWorld,
  anEnvelope,
  aNotice,
  currentConvention,
  eventually,
  publishUnchecked,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import type { Agent } from 'supertest';
import { PREFECTURE } from './service';

const ADULT = { departement: '75', protectedIdentity: false, protectedAddress: false };

describe('what follows after sharing, at who received, for some fields', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestService;
  let desk: Agent;
  let supervisor: Agent;

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await startPeer(world, 'police-75');
    prefecture = await world.start({ agencyId: 'prefecture-75', ...PREFECTURE });
    desk = await prefecture.as({ unit: 'desk', roles: ['desk'] });
    supervisor = await prefecture.as({ unit: 'desk', roles: ['supervisor'] });
  });
  afterAll(() => world.stop());

  const query = <Row extends object>(sql: string, ...parameters: unknown[]) =>
    prefecture.database.owner.query<Row[]>(sql, parameters);
  const versions = (reference: string, count = 1) =>
    eventually(async () => {
      const { body } = await desk.get('/v1/notices').query({ limit: 200 }).expect(200);
      const items = (body as { items: NoticeItem[] }).items
        .filter((item) => item.reference === reference)
        .sort((a, b) => a.recipientVersion - b.recipientVersion);
      expect(items).toHaveLength(count);
      return items;
    });
  const revoke = (reference: string, effect: string, events: readonly string[], fields?: readonly string[]) =>
    police.sayMore('prefecture-75', reference, {
      type: SHARE_REVOKED,
      document: {
        revokedAt: new Date().toISOString(),
        effect,
        events,
        ...(fields && { fields }),
      },
      purpose: 'after-sharing',
    });
  const answers = (reference: string, count: number) =>
    eventually(() => {
      const found = police.received.filter(
        ({ envelope }) => envelope.type === SHARE_PURGED && envelope.subject === reference,
      );
      expect(found).toHaveLength(count);
      return found.map(({ data }) => data as SharePurgedV1);
    });
  const found = async (agent: Agent, q: string) =>
    ((await agent.get('/v1/search').query({ q }).expect(200)).body as { items: object[] }).items.length;
  const post = (agent: Agent, path: string, body: object, etag = '*') =>
    agent.post(path).set('Idempotency-Key', randomUUID()).set('If-Match', etag).send(body);
  const happened = async (caseId: string) =>
    (
      (await supervisor.get(`/v1/cases/${caseId}/timeline`).query({ limit: 200 }).expect(200)).body as {
        items: { kind: string }[];
      }
    ).items.map(({ kind }) => kind);
  const recorded = async (reference: string) =>
    (
      await query<{ kind: string; reason: string | null }>(
        `SELECT kind, record ->> 'reason' AS reason FROM messaging.audit_record
          WHERE reference = $1 AND kind IN ('purge', 'restriction') ORDER BY at`,
        reference,
      )
    ).map(({ kind, reason }) => [kind, reason]);

  const FIRST_NAMES = ['civilStatus.declared.givenNames', 'civilStatus.declared.aliases'];
  /** A notice of which the names, and the route, are told apart. */
  const telling = async (mark: string) => {
    const reference = await police.send('prefecture-75', {
      type: NOTICE_ISSUED,
      document: aNotice({
        civilStatus: {
          declared: {
            familyName: `Famille${mark}`,
            givenNames: [`Prenom${mark}`],
            aliases: [`Alias${mark}`],
          },
          documents: [{ kind: 'passport', state: 'none', country: 'NG' }],
        },
        travel: { entryDate: '2025-03', route: `Route ${mark}`, means: `Bus ${mark}` },
        assessment: { realityOfFacts: `Precise ${mark}` },
      }),
      facts: ADULT,
    });
    const [item] = await versions(reference);
    const [row] = await query<{ event_id: string }>(
      'SELECT event_id FROM notice.received_notice WHERE reference = $1',
      reference,
    );
    return { reference, event: row?.event_id ?? '', id: item?.id ?? '', caseId: item?.caseId ?? '' };
  };
  const exported = async (agent: Agent, caseId: string) =>
    JSON.stringify((await agent.get(`/v1/cases/${caseId}/export`).expect(200)).body);
  const matching = async (agent: Agent, field: string, value: string) =>
    (
      (await agent.get('/v1/notices/matching').query({ field, value }).expect(200)).body as {
        items: object[];
      }
    ).items.length;
  /** Tables with a row in which a text stands. */
  const tablesWith = async (text: string) => {
    const tables = await query<{ name: string }>(
      `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
        WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`,
    );
    const found = await Promise.all(
      tables.map(async ({ name }) => {
        const sql = `SELECT FROM ${name} t WHERE strpos(t::text, $1) > 0 OR strpos(t::text, $2) > 0 LIMIT 1`;
        const hex = Buffer.from(text).toString('hex');
        return (await query(sql, text, hex)).length > 0 ? [name] : [];
      }),
    );
    return found.flat();
  };

  it('restrict some fields: they are read, found, asked by and exported by supervisors only, the others by all', async () => {
    const { reference, event, id, caseId } = await telling('Partiel');
    await revoke(reference, 'restrict', [event], FIRST_NAMES);
    await eventually(async () => {
      const view = (await desk.get(`/v1/notices/${id}`).expect(200)).body as NoticeView;
      expect(view.withheld).toEqual(expect.arrayContaining(FIRST_NAMES));
      expect(view.content).toMatchObject({ civilStatus: { declared: { familyName: 'FamillePartiel' } } });
      expect(JSON.stringify(view.content)).not.toMatch(/PrenomPartiel|AliasPartiel/);
      expect([view.restrictedSince, view.restrictedFields]).toEqual([null, []]);
    });
    const view = (await supervisor.get(`/v1/notices/${id}`).expect(200)).body as NoticeView;
    expect(JSON.stringify(view.content)).toContain('PrenomPartiel');
    expect([...view.restrictedFields].sort()).toEqual([...FIRST_NAMES].sort());

    expect([await found(desk, 'PrenomPartiel'), await found(supervisor, 'PrenomPartiel')]).toEqual([0, 1]);
    expect(await found(desk, 'FamillePartiel')).toBe(1);
    expect(await matching(desk, 'civilStatus.declared.givenNames', 'PrenomPartiel')).toBe(0);
    expect(await matching(desk, 'civilStatus.declared.familyName', 'FamillePartiel')).toBe(1);
    expect(await exported(desk, caseId)).not.toContain('PrenomPartiel');
    expect(await exported(supervisor, caseId)).toContain('PrenomPartiel');
    expect(await happened(caseId)).toContain('notice-fields-restricted');
    expect(await recorded(reference)).toEqual([['restriction', 'revoked']]);
    expect(police.received.filter(({ envelope }) => envelope.subject === reference)).toEqual([]);
  });

  it('purge some fields: they are gone with what was made of them, the others stay, and its sender is told which', async () => {
    const { reference, event, id, caseId } = await telling('Morceau');
    const extract = await post(desk, '/v1/agdref-extracts', { subject: 'notice', id });
    expect([extract.status, extract.body.code]).toEqual([200, undefined]);
    const fields = [...FIRST_NAMES, 'travel.route'];
    await revoke(reference, 'purge', [event], fields);
    const [told] = await answers(reference, 1);
    expect(told).toMatchObject({ reason: 'revoked', purged: [event], kept: [], fields });

    const view = (await supervisor.get(`/v1/notices/${id}`).expect(200)).body as NoticeView;
    expect(view).toMatchObject({
      state: 'new',
      content: {
        civilStatus: { declared: { familyName: 'FamilleMorceau' } },
        travel: { entryDate: '2025-03', means: 'Bus Morceau' },
      },
    });
    // One mark, as whatever else is withheld has it.
    expect(view.withheld).toEqual(expect.arrayContaining(fields));
    expect(view.restrictedFields).toEqual([]);
    expect(await found(supervisor, 'FamilleMorceau')).toBe(1);
    expect(await happened(caseId)).toContain('notice-fields-purged');
    expect(await recorded(reference)).toEqual([['purge', 'revoked']]);
    for (const gone of ['PrenomMorceau', 'AliasMorceau', 'Route Morceau']) {
      expect(await found(supervisor, gone)).toBe(0);
      expect([gone, await tablesWith(gone)]).toEqual([gone, []]);
    }
    expect(await tablesWith('FamilleMorceau')).toEqual(['notice.received_notice']);

    // What was made of it is gone, is not handed over, and is made again of what is left.
    const bytes = (of: string) => desk.get(`/v1/agdref-extracts/${of}/content`);
    expect((await bytes(extract.body.id)).body.code).toBe('extract-purged');
    const handOver = (of: string) => post(desk, `/v1/agdref-extracts/${of}/hand-over`, {});
    expect((await handOver(extract.body.id)).body.code).toBe('extract-purged');
    const again = (await post(desk, '/v1/agdref-extracts', { subject: 'notice', id })).body;
    expect(again.subjectVersion).toBe(extract.body.subjectVersion);
    expect(again.digest).not.toBe(extract.body.digest);
    expect((await post(desk, '/v1/agdref-extracts', { subject: 'notice', id })).body).toEqual(again);
    const made = (await bytes(again.id).expect(200)).body as { fields: Record<string, string> };
    expect(made.fields['nom_declare']).toBe('FamilleMorceau');
    expect(made.fields).not.toHaveProperty('prenoms_declares');
    expect((await handOver(again.id)).body).toMatchObject({ state: 'handed-over', digest: again.digest });
  });

  it('whatever fields are purged appear nowhere in the rows, and whatever is not stands as it stood', async () => {
    const values = (mark: string) => ({
      'civilStatus.declared.familyName': `Famille${mark}`,
      'civilStatus.declared.givenNames': `Prenom${mark}`,
      'civilStatus.declared.aliases': `Alias${mark}`,
      'travel.route': `Route ${mark}`,
      'travel.means': `Bus ${mark}`,
      'assessment.realityOfFacts': `Precise ${mark}`,
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.subarray(Object.keys(values('')), { minLength: 1 }), async (fields) => {
        const mark = `Marque${(run += 1)}x`;
        const { reference, event } = await telling(mark);
        await revoke(reference, 'purge', [event], fields);
        await answers(reference, 1);
        for (const [path, value] of Object.entries(values(mark))) {
          expect([path, (await tablesWith(value)).includes('notice.received_notice')]).toEqual([
            path,
            !fields.includes(path),
          ]);
          if (fields.includes(path)) expect([path, await tablesWith(value)]).toEqual([path, []]);
        }
      }),
      { numRuns: 4, endOnFailure: true },
    );
  });

  it('fields on which a legal duty rests are restricted, and go once it has ended', async () => {
    const { reference, event, id } = await telling('Devoir');
    const opened = await post(desk, '/v1/reflection-periods', { noticeId: id, language: 'fr' });
    expect([opened.status, opened.body.code]).toEqual([201, undefined]);
    await revoke(reference, 'purge', [event], FIRST_NAMES);
    expect(await answers(reference, 1)).toMatchObject([{ purged: [], kept: [event], fields: FIRST_NAMES }]);
    const shown = async (agent: Agent) =>
      JSON.stringify((await agent.get(`/v1/notices/${id}`).expect(200)).body);
    expect(await shown(desk)).not.toContain('PrenomDevoir');
    expect(await shown(supervisor)).toContain('PrenomDevoir');

    const ended = await post(desk, `/v1/reflection-periods/${opened.body.id}/end`, {
      reason: 'link-renewed',
    });
    expect([ended.status, ended.body.code]).toEqual([200, undefined]);
    await query("UPDATE casework.share_order SET at = at - interval '2 days' WHERE event_id = $1", event);
    await prefecture.app.get(AfterSharingSweep).sweep();
    expect((await answers(reference, 2))[1]).toMatchObject({
      purged: [event],
      kept: [],
      fields: FIRST_NAMES,
    });
    expect(await shown(supervisor)).not.toContain('PrenomDevoir');
    expect(await shown(supervisor)).toContain('FamilleDevoir');
  });

  it('a version that comes after its purge was confirmed, and a duty keeps: its sender is told so, and told again once it is gone', async () => {
    const recipient = world.directory.findAgency('prefecture-75') as Agency;
    const subject = randomUUID();
    const envelope = (sequence: number, type: string, purpose: string, data: object) =>
      anEnvelope('police-75', {
        recipient: 'prefecture-75',
        subject,
        decision: '3'.repeat(64),
        audit: 'a'.repeat(64),
        type,
        sequence,
        recipientversion: sequence,
        purpose,
        ...(purpose === 'residence-of-victims' && { convention: currentConvention('police-prefecture') }),
        data,
      });
    const content = {
      procedure: { departement: '75' },
      civilStatus: { declared: { familyName: 'Diop-Tard', givenNames: ['PrenomTard'] } },
    };
    const first = envelope(1, NOTICE_ISSUED, 'residence-of-victims', content);
    const amendment = { amendment: { reason: 'correction' }, ...content };
    const second = envelope(2, NOTICE_AMENDED, 'residence-of-victims', amendment);
    const revoked = envelope(3, SHARE_REVOKED, 'after-sharing', {
      revokedAt: new Date().toISOString(),
      effect: 'purge',
      events: [first.id, second.id],
      fields: FIRST_NAMES,
    });
    await publishUnchecked(police, recipient, [first]);
    const [held] = await versions(subject);
    const opened = await post(desk, '/v1/reflection-periods', { noticeId: held?.id, language: 'fr' });
    expect([opened.status, opened.body.code]).toEqual([201, undefined]);
    await publishUnchecked(police, recipient, [revoked]);
    // Of what has not come there is nothing to keep.
    expect(await answers(subject, 1)).toMatchObject([{ purged: [second.id], kept: [first.id] }]);

    await publishUnchecked(police, recipient, [second]);
    const late = (await answers(subject, 2))[1];
    expect(late).toMatchObject({ revocation: revoked.id, purged: [], fields: FIRST_NAMES });
    expect([...(late?.kept ?? [])].sort()).toEqual([first.id, second.id].sort());
    expect([await found(desk, 'PrenomTard'), await found(supervisor, 'PrenomTard')]).toEqual([0, 1]);

    const period = `/v1/reflection-periods/${opened.body.id}`;
    const ended = await post(desk, `${period}/end`, { reason: 'link-renewed' });
    expect([ended.status, ended.body.code]).toEqual([200, undefined]);
    const aDayAfter = async (event: string) => {
      await query("UPDATE casework.share_order SET at = at - interval '2 days' WHERE event_id = $1", event);
      await prefecture.app.get(AfterSharingSweep).sweep();
    };
    // It was kept later than the first, and is looked at again later.
    await aDayAfter(first.id);
    expect((await answers(subject, 3))[2]).toMatchObject({ purged: [first.id], kept: [second.id] });
    await aDayAfter(second.id);
    expect((await answers(subject, 4))[3]).toMatchObject({ purged: [second.id], kept: [] });
    // What the préfecture wrote itself stays.
    expect(await tablesWith('PrenomTard')).toEqual(['prefecture.reflection_period']);
  });

  it('fields of a notice that comes after its revocation are never shown', async () => {
    const recipient = world.directory.findAgency('prefecture-75') as Agency;
    const common = {
      recipient: 'prefecture-75',
      subject: randomUUID(),
      decision: '3'.repeat(64),
      audit: 'a'.repeat(64),
    };
    const notice = anEnvelope('police-75', {
      ...common,
      type: NOTICE_ISSUED,
      sequence: 1,
      recipientversion: 1,
      purpose: 'residence-of-victims',
      convention: currentConvention('police-prefecture'),
      data: {
        procedure: { departement: '75' },
        civilStatus: { declared: { familyName: 'Sy-Reste', givenNames: ['PrenomAvant'] } },
      },
    });
    const revoked = anEnvelope('police-75', {
      ...common,
      type: SHARE_REVOKED,
      sequence: 2,
      recipientversion: 2,
      purpose: 'after-sharing',
      data: {
        revokedAt: new Date().toISOString(),
        effect: 'purge',
        events: [notice.id],
        fields: FIRST_NAMES,
      },
    });
    await publishUnchecked(police, recipient, [revoked, notice]);
    const [item] = await versions(common.subject);
    const { body } = await supervisor.get(`/v1/notices/${item?.id}`).expect(200);
    expect(body.content.civilStatus).toEqual({ declared: { familyName: 'Sy-Reste' } });
    expect(await tablesWith('PrenomAvant')).toEqual([]);
  });
});
