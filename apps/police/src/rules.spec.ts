import { CLOCK } from '@liaison/casework';
import { NOTICE_AMENDED, NOTICE_ISSUED, SHARE_REVOKED } from '@liaison/contracts';
import { addDays, type Clock } from '@liaison/kernel';
import type { ReceivedEvent } from '@liaison/messaging';
import {
  type AgencyWorld,
  aNotice,
  changedConvention,
  currentConvention,
  describeOnBothBrokers,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
  whileNothingLeaves,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Notices } from './notice/notices.test';
import { POLICE } from './service';

const NOTICE_CONVENTIONS = [
  'police-ase',
  'police-association',
  'minors-coordination',
  'paris-emergency-places',
];
const KINDS = ['prefecture', 'ase', 'association', 'coordination'];
/** Everything but `steps`. */
const RELEASED = [
  ...[
    'real-identity',
    'declared-identity',
    'contact',
    'address',
    'travel',
    'exploitation',
    'free-text',
    'means-of-control',
  ],
  ...['vulnerability', 'health', 'assessment', 'procedure', 'dates'],
];

/** A convention that opens whatever it can, signed by everybody: what is held back all the same, a statute holds back. */
const OPENS_EVERYTHING = `
id: police-prefecture
version: 1
title: Everything to everybody
legalBases: [RGPD 6(1)(e)]
purposes: [residence-of-victims, protection-of-minors, orientation-of-adults]
parties:
${['police', ...KINDS].map((kind) => `  - { id: ${kind}, kind: ${kind} }`).join('\n')}
inForce: { from: 2025-01-01, until: 2029-12-31 }
signatures:
${['police', ...KINDS].map((kind) => `  - party: ${kind}\n    by: Somebody\n    on: 2024-12-02\n    digest: ${'a'.repeat(64)}`).join('\n')}
rules:
${KINDS.map(
  (kind) => `  - id: to-${kind}
    from: { kind: police }
    to: { kind: ${kind} }
    events: [liaison.notice.issued.v2]
    readers: [desk, caseworker, supervisor]
    articles: [RGPD 6]
    treatments:
      categories: { ${RELEASED.map((category) => `${category}: release`).join(', ')} }
    obligations: { keep-no-longer-than: P1Y }`,
).join('\n')}
  - id: on-consent
    from: { kind: police }
    to: { kind: association }
    events: [liaison.notice.amended.v1]
    when: { age: [adult], consent: [given] }
    readers: [caseworker, supervisor]
    articles: ['RGPD 6(1)(a)']
    treatments:
      categories: { procedure: release, vulnerability: release, health: release }
    whenItEnds: { consent: purge }
    obligations: { keep-no-longer-than: P1Y }
`;

/** Rules of the statutes (docs/rules-and-tests.md), from a request over HTTP to what arrives through the broker. */
describeOnBothBrokers('whatever a convention opens', rulesOver);

function rulesOver(broker: 'embedded' | 'kafka'): void {
  let conventionsDir: string;
  let world: AgencyWorld;
  let police: TestService;
  let notices: Notices;
  const peers: Record<string, TestPeer> = {};

  beforeAll(async () => {
    conventionsDir = changedConvention('police-prefecture', (text) =>
      OPENS_EVERYTHING.replace('version: 1', /^version: \d+$/m.exec(text)?.[0] ?? ''),
    );
    // Whatever their versions are.
    for (const name of readdirSync(conventionsDir))
      if (NOTICE_CONVENTIONS.some((id) => name.startsWith(`${id}.v`))) rmSync(join(conventionsDir, name));
    world = await startAgencyWorld({ conventionsDir, broker });
    for (const id of ['prefecture-75', 'ase-75', 'asso-refuge', 'miprof'])
      peers[id] = await startPeer(world, id);
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    notices = await Notices.of(police);
  });
  afterAll(async () => {
    await world?.stop();
    rmSync(conventionsDir, { recursive: true });
  });

  const REAL = {
    familyName: 'Reelle',
    birthDate: '2001-06-14',
    verifiedBy: 'Consulate',
    verifiedOn: '2026-03-01',
  };
  const person = (familyName: string, more: object = {}) =>
    aNotice({ civilStatus: { declared: { familyName, birthDate: '2001-06-14' }, real: REAL }, ...more });
  const OPEN = { identity: false, address: false };
  interface Arrived extends ReceivedEvent {
    readonly data: Record<string, Record<string, unknown> | undefined>;
  }
  /** Issued over HTTP to one agency, as it arrived there. */
  const told = async (
    to: string,
    content: ReturnType<typeof aNotice>,
    protection = OPEN,
  ): Promise<Arrived> => {
    const before = peers[to]?.received.length ?? 0;
    const issued = await notices.issueNow({ content, protection, recipients: [{ agency: to }] });
    expect([issued.status, issued.body.code]).toEqual([202, undefined]);
    expect(issued.body.recipients).toMatchObject([{ recipient: to, allowed: true }]);
    return eventually(() => {
      const found = peers[to]?.received.slice(before).find(({ envelope }) => envelope.type === NOTICE_ISSUED);
      if (!found) throw new Error('it has not arrived');
      return found as Arrived;
    });
  };

  it('R01: a field that it does not name does not leave', async () => {
    const { data, withheld } = await told('prefecture-75', person('Premiere'));
    expect(data).not.toHaveProperty('steps');
    expect(withheld).toEqual(expect.arrayContaining(['steps.kind']));
    expect(data['travel']).toHaveProperty('route');
  });

  it('R05: the investigators’ account and assessment reach no association and no child protection', async () => {
    for (const to of ['ase-75', 'asso-refuge']) {
      const { data, withheld } = await told(to, person('Secret'));
      expect(data['exploitation']).not.toHaveProperty('account');
      expect(data).not.toHaveProperty('assessment');
      expect(withheld).toEqual(expect.arrayContaining(['exploitation.account', 'assessment.realityOfFacts']));
    }
    expect((await told('prefecture-75', person('Secret'))).data).toHaveProperty('assessment');
  });

  it('R11: nothing leaves without consent, or on one that is withdrawn while it waits; who has something on it is to purge it', async () => {
    const issue = async (familyName: string) => {
      const to = [{ agency: 'asso-refuge' }];
      const issued = await notices.issueNow({
        content: person(familyName),
        protection: OPEN,
        recipients: to,
      });
      await notices.whenDelivered(String(issued.body.id), 'delivered');
      return String(issued.body.id);
    };
    const post = (path: string, body: object) =>
      notices.officer.post(path).set('Idempotency-Key', randomUUID()).set('If-Match', '*').send(body);
    const say = async (id: string, body: object) => {
      const said = { to: 'association', purpose: 'orientation-of-adults', ...body };
      expect((await post(`/v1/cases/${id}/consents`, said)).status).toBe(201);
    };
    // The convention lets what was amended go to an association where the person agrees.
    const amend = async (id: string, health: string) => {
      const content = person('Accord', { vulnerability: { health } });
      expect((await post(`/v1/notices/${id}/amend`, { reason: 'completion', content })).status).toBe(202);
    };
    const amended = (health: string) =>
      (peers['asso-refuge']?.received ?? []).filter(
        ({ envelope, data }) => envelope.type === NOTICE_AMENDED && JSON.stringify(data).includes(health),
      );
    const [unasked, asked] = [await issue('Sans accord'), await issue('Accord')];
    await amend(unasked, 'not asked');

    await say(asked, { value: 'given', form: 'written', language: 'en', explainedAs: 'caseworker' });
    await amend(asked, 'agreed');
    const shared = await eventually(() => {
      const [found] = amended('agreed');
      if (!found) throw new Error('it has not arrived');
      return found;
    });
    await whileNothingLeaves(police, ['asso-refuge'], async () => {
      await amend(asked, 'too late');
      await say(asked, { value: 'withdrawn' });
    });
    await eventually(async () => {
      const stopped = (await notices.deliveries(asked)).filter(({ state }) => state === 'refused');
      expect(stopped).toMatchObject([{ event: NOTICE_AMENDED, reason: 'condition-not-met' }]);
    });
    await eventually(() => {
      const revoked = peers['asso-refuge']?.received.filter(
        ({ envelope }) => envelope.type === SHARE_REVOKED && envelope.subject === shared.envelope.subject,
      );
      expect(revoked).toMatchObject([{ data: { effect: 'purge', events: [shared.envelope.id] } }]);
    });
    expect([...amended('not asked'), ...amended('too late')]).toEqual([]);
  });

  it('R15: an age in doubt is a minor’s where that protects more', async () => {
    const { data } = await told('prefecture-75', person('Doute', { vulnerability: { minor: true } }));
    expect(data['address']).toEqual({ departement: '75' });
  });

  it('R03, R17: what is decided when it leaves counts: whoever turns eighteen while it waits is an adult by then', async () => {
    const tomorrow = addDays(new Date().toISOString().slice(0, 10), 1);
    const birthDate = `${Number(tomorrow.slice(0, 4)) - 18}${tomorrow.slice(4)}`;
    const content = person('Majeure', { civilStatus: { declared: { familyName: 'Majeure', birthDate } } });
    const clock = police.app.get<Clock>(CLOCK);
    const { data: before } = await told('prefecture-75', content);
    expect(before['address']).toEqual({ departement: '75' });
    const known = peers['prefecture-75']?.received.length ?? 0;
    try {
      await whileNothingLeaves(police, ['prefecture-75'], async () => {
        expect((await notices.issueNow({ content, protection: OPEN })).status).toBe(202);
        jest.spyOn(clock, 'now').mockReturnValue(new Date(Date.now() + 2 * 86_400_000));
      });
      const { data } = await eventually(() => {
        const found = peers['prefecture-75']?.received[known];
        if (!found) throw new Error('it has not arrived');
        return found as Arrived;
      });
      expect(data).toMatchObject({ address: { commune: 'Paris' }, contact: { phone: expect.any(String) } });
    } finally {
      jest.restoreAllMocks();
    }
  });

  it('R18: a protected address does not leave, nor the ways to reach the person', async () => {
    const protectedOne = await told('prefecture-75', person('Adresse'), { identity: false, address: true });
    expect(protectedOne.data).not.toHaveProperty('address');
    expect(protectedOne.data).not.toHaveProperty('contact');
    const { data } = await told('prefecture-75', person('Adresse'));
    expect(data).toMatchObject({ address: { commune: 'Paris' }, contact: { phone: expect.any(String) } });
  });

  it('R20: under a borrowed identity the declared one circulates, without a mark', async () => {
    const { data, withheld, envelope } = await told('prefecture-75', person('Empruntee'), {
      identity: true,
      address: false,
    });
    expect(data['civilStatus']).toMatchObject({ declared: { familyName: 'Empruntee' } });
    expect(data['civilStatus']).not.toHaveProperty('real');
    expect(withheld).toContain('civilStatus.real.familyName');
    expect(JSON.stringify(envelope)).not.toMatch(/protected|Reelle/);
  });

  it('R21: what is withheld looks the same whether or not there is a value', async () => {
    const measure = { identity: false, address: true };
    const { address: _address, contact: _contact, ...without } = person('Pareille');
    const [one, other] = [
      await told('prefecture-75', person('Pareille'), measure),
      await told('prefecture-75', without, measure),
    ];
    expect(other.withheld).toEqual(one.withheld);
    expect(other.data).toEqual(one.data);
  });

  it('R22: it adds no agency to those that the measure names', async () => {
    for (const to of ['prefecture-75', 'ase-75', 'asso-refuge']) {
      const { data } = await told(to, person('Nommees'), { identity: true, address: true });
      expect(JSON.stringify(data)).not.toMatch(/Reelle|rue des Tests|\+33/);
    }
  });

  it('R23: of a minor’s address others have the département', async () => {
    const civilStatus = { declared: { familyName: 'Mineure', birthDate: '2015-06-14' } };
    for (const to of ['prefecture-75', 'ase-75']) {
      const { data } = await told(to, person('Mineure', { civilStatus }));
      expect(data['address']).toEqual({ departement: '75' });
      expect(data).not.toHaveProperty('contact');
    }
  });

  it('R30: an association learns no name of whom it does not take in charge, and of a minor nothing', async () => {
    const { data, withheld } = await told('asso-refuge', person('Sansnom'));
    expect(JSON.stringify(data)).not.toMatch(/Sansnom|Reelle/);
    expect(withheld).toEqual(
      expect.arrayContaining(['civilStatus.declared.familyName', 'civilStatus.real.familyName']),
    );
    const minor = { declared: { familyName: 'Mineure', birthDate: '2015-06-14' } };
    const issued = await notices.issueNow({
      content: person('Mineure', { civilStatus: minor }),
      recipients: [{ agency: 'asso-refuge' }],
    });
    expect(issued.body.recipients).toMatchObject([
      { allowed: false, denial: { code: 'forbidden-by-statute', rules: ['R30'] } },
    ]);
  });

  it('R34: nothing about one person goes to the coordination', async () => {
    const issued = await notices.issueNow({ content: person('Comptee'), recipients: [{ agency: 'miprof' }] });
    expect(issued.body.recipients).toMatchObject([
      { allowed: false, denial: { code: 'forbidden-by-statute' } },
    ]);
    await notices.whenDelivered(String(issued.body.id), 'refused');
    expect(peers['miprof']?.received).toEqual([]);
  });

  it('R35: every release and refusal is recorded, with rules and without values', async () => {
    const id = randomUUID();
    const { envelope } = await told('prefecture-75', person(`Trace ${id}`));
    const rows = await police.database.owner.query<{ kind: string; record: object }[]>(
      `SELECT kind, record FROM messaging.audit_record WHERE reference = $1 AND kind = 'disclosure'`,
      [envelope.subject],
    );
    expect(rows).toMatchObject([
      { record: { counterpart: 'prefecture-75', convention: currentConvention('police-prefecture') } },
    ]);
    expect(JSON.stringify(rows)).not.toContain(id);
  });
}
