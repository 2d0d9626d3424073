import { NOTICE_ACKNOWLEDGED, NOTICE_ISSUED } from '@liaison/contracts';
import {
  type AgencyWorld,
  aNotice,
  describeOnBothBrokers,
  eventually,
  opensEverything,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Agent } from 'supertest';
import { ASE } from './service';

const UNIT = 'mna';
const CHILD = {
  birthDate: '2015-06-14',
  departement: '75',
  protectedIdentity: false,
  protectedAddress: false,
};

/** Rules of the statutes (docs/rules-and-tests.md) that bind child protection, from a request over HTTP to what arrives. */
describeOnBothBrokers('what child protection tells, whatever a convention opens', rulesOver);

function rulesOver(broker: 'embedded' | 'kafka'): void {
  let conventionsDir: string;
  let world: AgencyWorld;
  let police: TestPeer;
  let ase: TestService;
  let worker: Agent;

  beforeAll(async () => {
    conventionsDir = opensEverything(
      'opens-everything',
      ['child-protection', 'protection-from-exploitation'],
      [
        { from: 'police', to: 'ase', events: [NOTICE_ISSUED] },
        { from: 'ase', to: 'police', events: [NOTICE_ACKNOWLEDGED] },
      ],
    );
    world = await startAgencyWorld({ conventionsDir, broker });
    police = await startPeer(world, 'police-75');
    ase = await world.start({ agencyId: 'ase-75', env: { DEFAULT_UNIT: UNIT }, ...ASE });
    worker = await ase.as({ unit: UNIT, roles: ['caseworker'] });
  });
  afterAll(async () => {
    await world?.stop();
    rmSync(conventionsDir, { recursive: true });
  });

  /** What becomes of it that a caseworker takes note of what came: what they are told at once, and what then. */
  async function answered(purpose: string): Promise<readonly unknown[]> {
    const event = { type: NOTICE_ISSUED, document: aNotice(), purpose, facts: CHILD };
    const reference = await police.send('ase-75', event);
    const id = await eventually(async () => {
      const { body } = await worker.get('/v1/notices?limit=200').expect(200);
      const found = (body.items as { id: string; reference: string }[]).find(
        (each) => each.reference === reference,
      );
      if (!found) throw new Error('it has not arrived');
      return found.id;
    });
    const { body } = await worker
      .post(`/v1/notices/${id}/acknowledge`)
      .set('Idempotency-Key', randomUUID())
      .send({})
      .expect(202);
    const delivery = await eventually(async () => {
      const { items } = (await worker.get(`/v1/notices/${id}/deliveries`).expect(200)).body as {
        items: { state: string; reason: string | null }[];
      };
      expect(['refused', 'delivered']).toContain(items[0]?.state);
      return items[0];
    });
    const heard = police.received.filter(
      ({ envelope }) => envelope.type === NOTICE_ACKNOWLEDGED && envelope.subject === reference,
    );
    return [body.decision.denial, delivery?.state, delivery?.reason, heard.length];
  }

  it('R13: what child protection shares among itself reaches no police, not even that somebody has taken note', async () => {
    const stopped = await answered('child-protection');
    expect(stopped).toEqual(['forbidden-by-statute', 'refused', 'forbidden-by-statute', 0]);
    // To protect the child they are told (CP 226-14).
    expect(await answered('protection-from-exploitation')).toEqual([null, 'delivered', null, 1]);
  });
}
