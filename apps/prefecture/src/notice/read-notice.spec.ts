import { NOTICE_ISSUED } from '@liaison/contracts';
import {
  type AgencyWorld,
  aNotice,
  changedConvention,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { rmSync } from 'node:fs';
import { PREFECTURE } from '../service';

const ADULT = { departement: '75', protectedIdentity: false, protectedAddress: false };

/** The one between police and préfecture asks for more. */
const withObligations = (...lines: string[]): string =>
  changedConvention('police-prefecture', (text) => {
    const [head = '', ...rest] = text.split('    obligations:\n');
    const more = lines.map((line) => `      ${line}\n`).join('');
    return `${head}    obligations:\n${more}${rest.join('    obligations:\n')}`;
  });

describe.each([
  ['asks for it', true],
  ['does not ask for it', false],
])('the first reading of a notice, under a convention that %s', (_, asked) => {
  let conventionsDir: string;
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestService;

  beforeAll(async () => {
    conventionsDir = withObligations(...(asked ? ['tell-when-read: true', 'deliver-within: PT90S'] : []));
    world = await startAgencyWorld({ conventionsDir });
    police = await startPeer(world, 'police-75');
    prefecture = await world.start({ agencyId: 'prefecture-75', ...PREFECTURE });
  });
  afterAll(async () => {
    await world.stop();
    rmSync(conventionsDir, { recursive: true });
  });

  const stateOf = async (reference: string) =>
    (
      await police.database.serve.query<{ state: string }[]>(
        'SELECT state FROM messaging.delivery_status WHERE reference = $1',
        [reference],
      )
    ).map(({ state }) => state);

  it(asked ? 'is told to its sender, once' : 'is told to nobody', async () => {
    const reference = await police.send('prefecture-75', {
      type: NOTICE_ISSUED,
      document: aNotice(),
      facts: ADULT,
    });
    await eventually(async () => expect(await stateOf(reference)).toEqual(['delivered']));
    const [due] = await police.database.owner.query<{ due_within: number | null }[]>(
      'SELECT due_within FROM messaging.delivery WHERE reference = $1',
      [reference],
    );
    expect(due).toEqual({ due_within: asked ? 90 : null });

    const desk = await prefecture.as({ unit: 'desk', roles: ['desk'] });
    const operator = await prefecture.as({ unit: 'desk', roles: ['operator'] });
    const { items } = (await desk.get('/v1/notices').expect(200)).body as { items: { id: string }[] };
    const path = `/v1/notices/${items[0]?.id}`;
    // Whoever may not read it has not read it.
    expect((await operator.get(path)).status).not.toBe(200);
    expect(await stateOf(reference)).toEqual(['delivered']);
    // By itself, or with others.
    await Promise.all([desk.get(path).expect(200), desk.get('/v1/notices/contents').expect(200)]);
    await desk.get(path).expect(200);
    if (asked) await eventually(async () => expect(await stateOf(reference)).toEqual(['read']));
    const told = await prefecture.database.owner.query('SELECT peer, reference FROM messaging.read_event');
    expect(told).toEqual(asked ? [{ peer: 'police-75', reference }] : []);
    // One acknowledgement for the arrival, one for the reading.
    await eventually(async () => {
      const [queued] = await prefecture.database.owner.query<{ count: string }[]>(
        "SELECT count(*) FROM messaging.intent WHERE kind = 'acknowledgement'",
      );
      expect(queued?.count).toBe('0');
    });
    const sent = await prefecture.database.owner.query<unknown[]>(
      "SELECT FROM messaging.delivery WHERE kind = 'acknowledgement' AND recipient = 'police-75'",
    );
    expect(sent).toHaveLength(asked ? 2 : 1);
    expect(await stateOf(reference)).toEqual([asked ? 'read' : 'delivered']);
  });
});
