import { AppError } from '@liaison/kernel';
import { type AgencyWorld, type TestService } from '@liaison/testing';
import fc from 'fast-check';
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Agent } from 'supertest';
import { type DeskWorld, startDeskWorld } from '../desk-world.test';
import {
  COLUMNS,
  csvCell,
  decide,
  evolve,
  type Extract,
  type ExtractCommand,
  extractOf,
  SUBJECTS,
} from './extract';

describe('the text of an extract', () => {
  const record = {
    sender: 'police-75',
    content: {
      procedure: { departement: '75' },
      civilStatus: { declared: { familyName: '=HYPERLINK("x")', givenNames: ['Zoë', 'Ñandú "L"'] } },
      steps: [{ kind: 'complaint' }, { kind: 'asylum' }],
      assessment: { realityOfFacts: 'MARKED' },
    },
  };
  const extract = extractOf('notice', { reference: 'r', version: 2, record });

  it('is the same for the same record, and nothing but the documented columns', () => {
    expect(extractOf('notice', { reference: 'r', version: 2, record: structuredClone(record) })).toEqual(
      extract,
    );
    expect(JSON.parse(extract.json)).toEqual({
      format: 'liaison-agdref',
      formatVersion: 2,
      subject: 'notice',
      reference: 'r',
      version: 2,
      fields: {
        service_enqueteur: 'police-75',
        departement: '75',
        nom_declare: '=HYPERLINK("x")',
        prenoms_declares: 'Zoë | Ñandú "L"',
        demarches: 'complaint | asylum',
      },
    });
    expect(JSON.stringify(extract)).not.toContain('MARKED');
  });

  it('is CSV that a spreadsheet does not run', () => {
    const [head, row, end] = extract.csv.split('\r\n');
    expect(head).toMatch(/^"format","version_format","objet","reference","version","service_enqueteur",/);
    expect(row).toContain(`"'=HYPERLINK(""x"")"`);
    expect(end).toBe('');
  });

  it('has no cell that begins as a formula does, whatever the text', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(fc.constantFrom('=', '+', '-', '@', '\t', '\r', ' =', '＝'), fc.string())
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(cell, (text) => {
        const inside = csvCell(text).slice(1, -1);
        expect(inside.replaceAll('""', '')).not.toContain('"');
        expect(inside.trimStart()).not.toMatch(/^[=+\-@＝＋－＠]/u);
        expect(inside.replace(/^'/, '').replaceAll('""', '"')).toBe(text.replace(/^'/, ''));
      }),
    );
  });

  it('is documented, column by column', () => {
    const documented = readFileSync(join(__dirname, '../../../../docs/agdref.md'), 'utf8');
    const missing = SUBJECTS.flatMap((subject) => COLUMNS[subject].map(([column]) => column)).filter(
      (column) => !documented.includes(`\`${column}\``),
    );
    expect(missing).toEqual([]);
  });

  it('is handed over at most once between two refusals', () => {
    const command: fc.Arbitrary<ExtractCommand> = fc.constantFrom(
      { type: 'hand-over' as const },
      { type: 'refuse' as const, reason: 'r' },
    );
    fc.assert(
      fc.property(fc.array(command), (commands) => {
        let extract: Extract = { state: 'prepared', version: 1 };
        for (const each of commands) {
          const { state, version } = extract;
          try {
            extract = evolve(extract, decide(extract, each));
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            continue;
          }
          expect(extract.state).not.toBe(state);
          expect(extract.version).toBe(version + 1);
        }
      }),
    );
  });
});

describe('extracts for AGDREF', () => {
  let world: AgencyWorld;
  let prefecture: TestService;
  let receive: DeskWorld['receive'];
  let desk: Agent;

  beforeAll(async () => {
    ({ world, prefecture, desk, receive } = await startDeskWorld());
  });
  afterAll(() => world.stop());

  const prepare = (subject: string, id: string, as = desk) =>
    as.post('/v1/agdref-extracts').send({ subject, id });
  const content = (id: string, format: string) =>
    desk.get(`/v1/agdref-extracts/${id}/content`).query({ format }).buffer(true).expect(200);

  it('are prepared once a version, and give the same bytes each time', async () => {
    const { id: notice } = await receive();
    const [first, second] = await Promise.all([prepare('notice', notice), prepare('notice', notice)]);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body).toEqual(first.body);
    expect(first.body).toMatchObject({ subject: 'notice', subjectVersion: 1, state: 'prepared', version: 1 });
    const [json, csv, again] = [
      await content(first.body.id, 'json'),
      await content(first.body.id, 'csv'),
      await content(first.body.id, 'json'),
    ];
    expect(json.text).toBe(again.text);
    expect(createHash('sha256').update(json.text).digest('hex')).toBe(first.body.digest);
    expect(JSON.parse(json.text).fields).toMatchObject({
      nom_declare: 'Adeyemi',
      formes_exploitation: 'procuring',
    });
    expect(json.text).not.toMatch(/matched by two|station|Needs rest|\+33/);
    expect(csv.headers['content-disposition']).toBe(`attachment; filename="agdref-${first.body.id}.csv"`);
    expect(csv.text).toContain('"Adeyemi"');
  });

  it('follow a decision: a new one for a new state', async () => {
    const key = () => randomUUID();
    const { body: permit } = await desk
      .post('/v1/permits')
      .set('Idempotency-Key', key())
      .send({ ground: 'cooperation', holder: { familyName: 'Osagie' } })
      .expect(201);
    const lodged = await prepare('permit', permit.id).expect(200);
    await desk
      .post(`/v1/permits/${permit.id}/grant`)
      .set('Idempotency-Key', key())
      .set('If-Match', '"1"')
      .send({})
      .expect(200);
    const granted = await prepare('permit', permit.id).expect(200);
    expect([lodged.body.subjectVersion, granted.body.subjectVersion]).toEqual([1, 2]);
    const fields = JSON.parse((await content(granted.body.id, 'json')).text).fields;
    expect(fields).toMatchObject({ nom: 'Osagie', etat: 'granted', article_delivrance: 'CESEDA L425-1' });
    expect(JSON.parse((await content(lodged.body.id, 'json')).text).fields.etat).toBe('lodged');

    const { id: noticeId } = await receive();
    const { body: period } = await desk
      .post('/v1/reflection-periods')
      .set('Idempotency-Key', key())
      .send({ noticeId, language: 'en' })
      .expect(201);
    const receipt = await prepare('reflection-period', period.id).expect(200);
    expect(JSON.parse((await content(receipt.body.id, 'json')).text).fields).toMatchObject({
      nom: 'Adeyemi',
      numero_recepisse: period.receiptNumber,
      fin: period.lastDay,
    });
  });

  it('are handed over, refused with a reason, and handed over again', async () => {
    const { body: extract } = await prepare('notice', (await receive()).id).expect(200);
    const settle = (path: string, tag: string | undefined, body: object = {}) => {
      const call = desk.post(`/v1/agdref-extracts/${extract.id}/${path}`);
      return (tag === undefined ? call : call.set('If-Match', tag)).send(body);
    };
    await settle('hand-over', undefined).expect(428);
    await settle('hand-over', '"9"').expect(412);
    const { body: over } = await settle('hand-over', '"1"').expect(200);
    expect(over).toMatchObject({ state: 'handed-over', version: 2, settledAt: expect.any(String) });
    expect((await settle('hand-over', '"2"').expect(409)).body).toMatchObject({
      code: 'extract-handed-over',
    });
    await settle('refuse', '"2"').expect(400);
    const refused = await settle('refuse', '"2"', { reason: 'Nationalité absente' }).expect(200);
    expect(refused.body).toMatchObject({ state: 'refused', reason: 'Nationalité absente', version: 3 });
    const listed = await desk.get('/v1/agdref-extracts').query({ state: 'refused' }).expect(200);
    expect(listed.body.items).toEqual([refused.body]);
    expect((await settle('hand-over', '"3"').expect(200)).body).toMatchObject({ reason: null });
  });

  it('are read on record, by the desk of the unit only', async () => {
    const { id: notice } = await receive();
    const { body: extract } = await prepare('notice', notice).expect(200);
    await content(extract.id, 'json');
    const readings = await prefecture.database.owner.query(
      `SELECT FROM messaging.audit_record a JOIN notice.received_notice n ON n.reference = a.reference
        WHERE a.kind = 'read' AND n.id = $1`,
      [notice],
    );
    expect(readings).toHaveLength(1);
    const elsewhere = await prefecture.as({ unit: 'archive', roles: ['desk', 'supervisor'] });
    const caseworker = await prefecture.as({ unit: 'desk', roles: ['caseworker', 'operator'] });
    await elsewhere.get(`/v1/agdref-extracts/${extract.id}/content`).expect(404);
    await prepare('notice', notice, elsewhere).expect(404);
    await caseworker.get(`/v1/agdref-extracts/${extract.id}/content`).expect(403);
    await prepare('notice', notice, caseworker).expect(403);
    await prepare('notice', randomUUID()).expect(404);
    await prepare('person', notice).expect(400);
  });
});
