import { inboxTopic } from '@liaison/contracts';
import { eventually } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { query } from './books';
import { Casework, PATIENCE } from './casework';
import { dieInside, dieOnTheWay, giveLanes, revive, takeLanes } from './death';
import type { System } from './system';

const REASON = 'She called from a car and the line broke.';
const NAME = 'Idemudia';
const TO_POLICE = inboxTopic('police-75');
/** What a withdrawal writes, in its order: the void, the request, its record. Nothing of it stands before all does. */
const STEPS = ['messaging.voiding', 'desk.urgent_asked', 'messaging.audit_record'];

interface Asked {
  readonly id: string;
  readonly state: string;
  readonly version: number;
  readonly delivery: { readonly state: string } | null;
}
interface Received {
  readonly id: string;
  readonly request: string;
  readonly state: string;
  readonly version: number;
}

/**
 * A préfecture withdraws what it asked the police in an emergency, and dies wherever that can hurt. It is withdrawn on both sides
 * or on neither, its words are gone at the police, and a question that had not left never leaves.
 */
export async function withdrawUnderKills(system: System): Promise<void> {
  const desks = new Casework(system);
  const ask = async (): Promise<string> => {
    const { status, body } = await desks.post<Asked>('prefecture', '/v1/urgent-requests', {
      ...{ agency: 'police-75', unit: 'brp', ground: 'danger-to-life', needs: ['whereabouts'], hours: 2 },
      ...{ reason: REASON, person: { familyName: NAME, givenNames: 'Joy' } },
    });
    expect(status).toBe(202);
    return body.id;
  };
  const own = (id: string) => desks.get<Asked>('prefecture', `/v1/urgent-requests/${id}`);
  const theirs = async (id: string) =>
    (await desks.list<Received>('police', '/v1/urgent-received?limit=200')).filter(
      ({ request }) => request === id,
    );
  const withdraw = (id: string, key: string) =>
    desks.post<Asked>('prefecture', `/v1/urgent-requests/${id}/withdraw`, {}, { key, version: 1 });
  const records = (id: string) =>
    query(
      system.databaseUrl('prefecture'),
      `SELECT kind FROM messaging.audit_record WHERE kind = 'urgent-request-withdrawn' AND reference = $1`,
      [id],
    );

  const asked = await ask();
  await eventually(async () => expect(await theirs(asked)).toMatchObject([{ state: 'open' }]), PATIENCE);
  const key = randomUUID();
  for (const table of STEPS) {
    await dieInside(system, 'prefecture', [table], [() => withdraw(asked, key)]);
    await revive(system, 'prefecture');
    expect([(await own(asked)).state, await records(asked)]).toEqual(['asked', []]);
    expect(await theirs(asked)).toMatchObject([{ state: 'open', version: 1 }]);
  }

  await dieOnTheWay(system, {
    by: 'prefecture',
    told: 'police',
    ask: async () => expect((await withdraw(asked, key)).status).toBe(202),
  });
  const received = await eventually(async () => {
    const [item, ...others] = await theirs(asked);
    expect([item, others]).toMatchObject([{ state: 'taken-back', version: 2 }, []]);
    expect(await own(asked)).toMatchObject({ state: 'withdrawn', version: 2, delivery: { state: 'voided' } });
    return item as Received;
  }, PATIENCE);
  // Who was told that it was withdrawn, and asks again under the key, is told the same; it is recorded once.
  expect((await withdraw(asked, key)).body).toMatchObject({ id: asked, state: 'withdrawn', version: 2 });
  expect(await records(asked)).toHaveLength(1);
  const read = await desks.get<object>('police', `/v1/urgent-received/${received.id}`);
  expect(JSON.stringify(read)).not.toMatch(new RegExp(`${NAME}|${REASON}`));
  const kept = await query(
    system.databaseUrl('police'),
    'SELECT content FROM desk.urgent_received WHERE request = $1',
    [asked],
  );
  expect(kept).toEqual([{ content: null }]);
  const late = await desks.post<{ code: string }>(
    'police',
    `/v1/urgent-received/${received.id}/answer`,
    { danger: 'Her brother knows where.' },
    { version: 2 },
  );
  expect([late.status, late.body.code]).toEqual([409, 'urgent-request-taken-back']);

  // Asked and withdrawn before anything left, and dead before it could.
  await takeLanes(system, 'prefecture', TO_POLICE);
  const never = await ask();
  expect((await withdraw(never, randomUUID())).status).toBe(202);
  const victim = system.service('prefecture');
  victim.kill('SIGKILL');
  await victim.exited();
  await giveLanes(system, 'prefecture');
  await revive(system, 'prefecture');
  await eventually(async () => {
    expect(await own(never)).toMatchObject({ state: 'withdrawn', delivery: { state: 'cancelled' } });
  }, PATIENCE);
  expect(await theirs(never)).toEqual([]);
}
