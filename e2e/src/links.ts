import { inboxTopic } from '@liaison/contracts';
import { eventually } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { query } from './books';
import { about, Casework, PATIENCE } from './casework';
import { dieInside, dieOnTheWay, giveLanes, revive, takeLanes } from './death';
import { type Answer, call } from './http';
import { MARK } from './marked-notice';
import type { System } from './system';

type Side = 'police' | 'prefecture';

/** Who may read what is said of links: not the desk of a préfecture. */
const ACCOUNTS = { police: 'officer-brp', prefecture: 'caseworker-75' } as const;
const OTHER = { police: 'prefecture-75', prefecture: 'police-75' } as const;
const UNPROTECTED = { identity: false, address: false };
/** What a word writes, in its order: the link, its delivery, the word itself. Nothing of it stands before all does. */
const STEPS = ['link.person_link', 'messaging.cases', 'link.said'];

interface Link {
  readonly id: string;
  readonly state: string;
  readonly round: number;
  readonly version: number;
  readonly cases: readonly string[];
}

/** Two notices about one person, between the police and the préfecture that got both. */
class TwoCases {
  private constructor(
    private readonly system: System,
    private readonly cases: Readonly<Record<Side, readonly [string, string]>>,
  ) {}

  static async issued(system: System): Promise<TwoCases> {
    const desks = new Casework(system);
    const mine: string[] = [];
    const theirs: string[] = [];
    for (const name of ['Nneka', 'Neka']) {
      const { id, reference } = await desks.issue(about(`${MARK} ${name}`), UNPROTECTED);
      const known = await reference(OTHER.police);
      mine.push(id);
      theirs.push(
        await eventually(async () => {
          const [received] = await desks.received('prefecture', known);
          if (!received) throw new Error('it has not arrived');
          return received.caseId;
        }, PATIENCE),
      );
    }
    return new TwoCases(system, { police: pair(mine), prefecture: pair(theirs) });
  }

  async of(side: Side): Promise<readonly Link[]> {
    const path = `/v1/cases/${this.cases[side][0]}/links`;
    const { status, body } = await call<{ items: readonly Link[] }>(this.system, side, ACCOUNTS[side], path);
    expect(status).toBe(200);
    return body.items;
  }

  /** Both sides have come to this. */
  async stand(police: string, prefecture: string, round = 1): Promise<void> {
    await eventually(async () => {
      expect(await this.of('police')).toMatchObject([{ state: police, round }]);
      expect(await this.of('prefecture')).toMatchObject([{ state: prefecture, round }]);
    }, PATIENCE);
  }

  propose(side: Side, key: string = randomUUID()): Promise<Answer<Link>> {
    const [id, other] = this.cases[side];
    return this.post(
      side,
      `/v1/cases/${id}/links`,
      { other, agency: OTHER[side] },
      { 'idempotency-key': key },
    );
  }

  async answer(
    side: Side,
    verb: 'confirm' | 'refuse' | 'undo',
    key: string = randomUUID(),
  ): Promise<Answer<Link>> {
    const [link] = await this.of(side);
    return this.post(
      side,
      `/v1/links/${link?.id ?? ''}/${verb}`,
      {},
      {
        'idempotency-key': key,
        'if-match': `"${link?.version ?? 0}"`,
      },
    );
  }

  private post(side: Side, path: string, body: object, headers: Readonly<Record<string, string>>) {
    return call<Link>(this.system, side, ACCOUNTS[side], path, { body, headers });
  }
}

function pair([one = '', other = '']: readonly string[]): readonly [string, string] {
  return [one, other];
}

/** Proposed by one, confirmed by the other, undone by the first, proposed anew by both at once. Nothing here knows the broker. */
export async function linkOnBothSides(system: System): Promise<void> {
  const two = await TwoCases.issued(system);
  expect((await two.propose('police')).status).toBe(202);
  await two.stand('proposed', 'to-answer');
  expect((await two.answer('prefecture', 'confirm')).status).toBe(202);
  await two.stand('linked', 'linked');
  expect((await two.answer('police', 'undo')).status).toBe(202);
  await two.stand('ended', 'ended');
  const both = await Promise.all([two.propose('police'), two.propose('prefecture')]);
  expect(both.map(({ status }) => status)).toEqual([202, 202]);
  await two.stand('linked', 'linked', 2);
}

/**
 * A link is proposed, confirmed and undone, and whoever says it or hears it dies wherever that can hurt: it is said once or not at all, and
 * both sides come to the same, also where an undoing crosses a confirmation.
 */
export async function linkUnderKills(system: System): Promise<void> {
  const two = await TwoCases.issued(system);
  const key = randomUUID();
  for (const table of STEPS) {
    await dieInside(system, 'police', [table], [() => two.propose('police', key)]);
    await revive(system, 'police');
    expect([await two.of('police'), await two.of('prefecture')]).toEqual([[], []]);
  }
  await dieOnTheWay(system, {
    by: 'police',
    told: 'prefecture',
    ask: async () => expect((await two.propose('police', key)).status).toBe(202),
  });
  await two.stand('proposed', 'to-answer');
  // Who was told that it was proposed, and asks again under the key, has said it once.
  expect((await two.propose('police', key)).body).toMatchObject({ state: 'proposed', round: 1 });

  // Confirmed, and undone before that has arrived: each is on its way when its sender dies.
  await takeLanes(system, 'police', inboxTopic('prefecture-75'));
  await takeLanes(system, 'prefecture', inboxTopic('police-75'));
  expect((await two.answer('prefecture', 'confirm')).status).toBe(202);
  expect((await two.answer('police', 'undo')).status).toBe(202);
  for (const side of ['police', 'prefecture'] as const) {
    const victim = system.service(side);
    victim.kill('SIGKILL');
    await victim.exited();
    await giveLanes(system, side);
  }
  for (const side of ['police', 'prefecture'] as const) await revive(system, side);
  await two.stand('ended', 'ended');
  for (const side of ['police', 'prefecture'] as const) {
    const [link] = await two.of(side);
    const said = await query(
      system.databaseUrl(side),
      `SELECT sender IS NULL AS own, says FROM link.said WHERE link_id = $1 ORDER BY own, says DESC`,
      [link?.id],
    );
    const [police, prefecture] = side === 'police' ? [true, false] : [false, true];
    expect(said).toEqual(
      [
        { own: police, says: 'same' },
        { own: police, says: 'not-same' },
        { own: prefecture, says: 'same' },
      ].sort((a, b) => Number(a.own) - Number(b.own)),
    );
  }
}
