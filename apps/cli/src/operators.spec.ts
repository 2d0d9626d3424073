import { NOTICE_ISSUED } from '@liaison/contracts';
import {
  type AgencyWorld,
  aNotice,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
} from '@liaison/testing';
import { runCommandLine } from './command-line';

const FACTS = { departement: '75', protectedIdentity: false, protectedAddress: false };
const REASON = 'Sent twice under two ids, as its sender says.';

/** The commands of operators against running services. */
describe('operators at the command line', () => {
  let world: AgencyWorld;
  let police: TestPeer;
  let prefecture: TestPeer;
  let said: string;
  let explained: string[];
  const inherited = { ...process.env };

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await startPeer(world, 'police-75');
    prefecture = await startPeer(world, 'prefecture-75');
  });
  beforeEach(async () => {
    explained = [];
    jest.spyOn(console, 'error').mockImplementation((line: string) => void explained.push(line));
    process.env['LIAISON_URL_POLICE_75'] = police.url;
    process.env['LIAISON_URL_PREFECTURE_75'] = `${prefecture.url}/`;
    process.env['LIAISON_TOKEN_POLICE_75'] = await tokenOf(police, 'pia');
    process.env['LIAISON_TOKEN_PREFECTURE_75'] = await tokenOf(prefecture, 'anne');
  });
  afterEach(() => {
    jest.restoreAllMocks();
    process.env = { ...inherited };
    prefecture.parkEverything();
  });
  afterAll(() => world.stop());

  const tokenOf = (service: TestPeer, subject: string, roles = ['operator']): Promise<string> =>
    service.token({ unit: 'desk', roles, subject });

  /** @returns the exit code; `said` is what standard output got */
  async function liaison(...args: string[]): Promise<number> {
    said = '';
    const progress = jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
    const write = jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      said += String(text);
      return true;
    });
    try {
      return await runCommandLine(args);
    } finally {
      write.mockRestore();
      progress.mockRestore();
    }
  }

  const json = <T>(): T => JSON.parse(said) as T;
  const send = (): Promise<string> =>
    police.send('prefecture-75', { type: NOTICE_ISSUED, document: aNotice(), facts: FACTS });

  async function parkOne(): Promise<string> {
    prefecture.parkEverything('not-understood');
    const reference = await send();
    return eventually(async () => {
      await liaison('dead-letters', 'list', 'prefecture-75', '--json');
      const found = json<{ items: { key: string; reference: string }[] }>().items.find(
        (item) => item.reference === reference,
      );
      if (!found) throw new Error('not parked yet');
      return found.key;
    });
  }

  /** Once these have arrived and both books say so. */
  const agree = async (...references: string[]): Promise<void> => {
    await eventually(() => {
      const arrived = new Set(prefecture.received.map(({ envelope }) => envelope.subject));
      expect(references.filter((reference) => !arrived.has(reference))).toEqual([]);
    });
    await eventually(async () =>
      expect([await liaison('reconcile', 'police-75', 'prefecture-75', '--late-after', '0s'), said]).toEqual([
        0,
        expect.stringContaining('The books agree.'),
      ]),
    );
  };

  it('list, show, redrive: parked again is exit 3, applied is 0', async () => {
    const key = await parkOne();
    expect(await liaison('dead-letters', 'list', 'prefecture-75', '--reason', 'not-understood')).toBe(0);
    expect(said).toContain(key);
    expect(await liaison('dead-letters', 'list', 'prefecture-75', '--older-than', '1h')).toBe(0);
    expect(said).toContain('Nothing is parked.');
    expect(await liaison('dead-letters', 'show', 'prefecture-75', key)).toBe(0);
    expect(said).toMatch(/reason +not-understood/);
    expect(said).not.toMatch(/Adeyemi/);

    expect(await liaison('dead-letters', 'redrive', 'prefecture-75', key)).toBe(3);
    expect(said).toContain('parked again: not-understood');
    prefecture.parkEverything();
    expect(await liaison('dead-letters', 'redrive', 'prefecture-75', key, '--json')).toBe(0);
    expect(json()).toMatchObject({ key, state: 'applied', already: false });
    expect(await liaison('dead-letters', 'redrive', 'prefecture-75', key)).toBe(0);
    expect(said).toContain('(it was already)');
  });

  it('discard: one proposes, another confirms', async () => {
    const key = await parkOne();
    const discard = (...more: string[]) =>
      liaison('dead-letters', 'discard', 'prefecture-75', key, '--reason', REASON, ...more);
    expect(await discard()).toBe(0);
    expect(said).toContain('Another operator confirms');
    expect(await liaison('dead-letters', 'discard', 'prefecture-75', key, '--withdraw')).toBe(0);
    expect(said).toContain('is not proposed for discard any more');
    expect(await discard()).toBe(0);
    expect(await discard('--confirm')).toBe(1);
    expect(explained).toEqual([expect.stringMatching(/^prefecture-75: discard-by-one-person: /)]);
    process.env['LIAISON_TOKEN_PREFECTURE_75'] = await tokenOf(prefecture, 'boris');
    expect(await discard('--confirm')).toBe(0);
    expect(said).toContain(`${key} is discarded`);
  });

  it('the sender’s operator sends anew what the recipient parked', async () => {
    const key = (await parkOne()).replace(/^in\/police-75/, 'out/prefecture-75');
    await eventually(async () => {
      await liaison('dead-letters', 'list', 'police-75', '--direction', 'out');
      expect(said).toContain(key);
    });
    prefecture.parkEverything();
    expect(await liaison('dead-letters', 'redrive', 'police-75', key)).toBe(0);
    expect(said).toContain('is sent anew as');
    await eventually(async () => {
      await liaison('dead-letters', 'list', 'police-75', '--direction', 'out');
      expect(said).toContain('Nothing is parked.');
    });
  });

  it('reconcile: 0 when both books agree, with what is parked and discarded', async () => {
    await agree(await send());
    expect(said).toMatch(/police-75 -> prefecture-75: \d+ sent, \d+ received, 0 under way, 0 parked/);
    expect(said).toMatch(/prefecture-75 -> police-75: 0 sent/);
  });

  const FAULTS: readonly [string, string, string, RegExp][] = [
    [
      'missing',
      'prefecture',
      'DELETE FROM messaging.inbox WHERE reference = $1',
      /^missing +acknowledged-and-not-there: police-75 -> prefecture-75, case /m,
    ],
    [
      'unexpected',
      'police',
      'DELETE FROM messaging.delivery WHERE reference = $1',
      /^unexpected never-sent: police-75 -> prefecture-75/m,
    ],
    [
      'unpaired',
      'prefecture',
      `DELETE FROM messaging.audit_record WHERE reference = $1 AND kind = 'receipt'`,
      /^unpaired +no-receipt-record: /m,
    ],
    [
      'unpaired',
      'police',
      `DELETE FROM messaging.audit_record WHERE reference = $1 AND kind = 'disclosure'`,
      /^unpaired +no-disclosure-record: /m,
    ],
    [
      'doubled',
      'prefecture',
      `INSERT INTO messaging.inbox (source, id, state, type, epoch, reference, sequence, digest, topic, partition,
         "offset", received_at)
       SELECT source, gen_random_uuid(), 'applied', type, epoch, reference, sequence, digest, topic, partition,
              "offset", received_at FROM messaging.inbox WHERE reference = $1`,
      /^doubled +received: /m,
    ],
    [
      'different',
      'prefecture',
      'UPDATE messaging.inbox SET digest = sha256(digest) WHERE reference = $1',
      /^different +bytes: /m,
    ],
    [
      'late',
      'police',
      `UPDATE messaging.case_reference SET delivered_up_to = 0 WHERE reference = $1`,
      /^late +not-acknowledged: /m,
    ],
  ];
  it.each(FAULTS)(
    'reconcile: 1 when something is %s (in the books of %s)',
    async (what, whose, sql, line) => {
      const reference = await send();
      await agree(reference);
      const { owner } = (whose === 'police' ? police : prefecture).database;
      await owner.query(sql, [reference]);
      expect(await liaison('reconcile', 'police-75', 'prefecture-75', '--late-after', '0s')).toBe(1);
      expect(said).toMatch(line);
      expect(said).toMatch(new RegExp(`The books differ: .*1 ${what}`));
      expect(await liaison('reconcile', 'police-75', 'prefecture-75', '--json')).toBe(
        what === 'late' ? 0 : 1,
      );
      // Put right what the next case would stumble over: the case is not looked at again.
      for (const { database } of [police, prefecture]) {
        await database.owner.query('DELETE FROM messaging.delivery WHERE reference = $1', [reference]);
        await database.owner.query('DELETE FROM messaging.inbox WHERE reference = $1', [reference]);
      }
    },
  );

  it('reads books of many pages whole, and each entry once', async () => {
    const references = await Promise.all(Array.from({ length: 7 }, send));
    await agree(...references);
    const operator = await police.as({ unit: 'brp', roles: ['operator'] });
    const ids: string[] = [];
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = `limit=2${cursor && `&cursor=${cursor}`}`;
      const { body } = await operator.get(`/v1/books/prefecture-75/sent?${query}`).expect(200);
      for (const item of body.items as { id: string; reference: string }[]) {
        ids.push(item.id);
        seen.push(item.reference);
      }
      cursor = body.next as string | null;
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(seen).toEqual(expect.arrayContaining(references));
    expect(seen).toEqual([...seen].sort());
    await operator.get('/v1/books/prefecture-75/sent?cursor=WzEsMl0').expect(400);
    await operator.get('/v1/books/NO/sent').expect(400);
  });

  it('what cannot be done is one line: 2 for reconcile, 1 for the others', async () => {
    process.env['LIAISON_TOKEN_POLICE_75'] = await tokenOf(police, 'olga', ['officer']);
    expect(await liaison('reconcile', 'police-75', 'prefecture-75')).toBe(2);
    expect(await liaison('reconcile', 'police-75', 'police-75')).toBe(2);
    expect(await liaison('reconcile', 'police-75', 'prefecture-75', '--late-after', 'soon')).toBe(2);
    delete process.env['LIAISON_TOKEN_POLICE_75'];
    expect(await liaison('reconcile', 'police-75', 'prefecture-75')).toBe(2);
    process.env['LIAISON_URL_POLICE_75'] = 'http://127.0.0.1:9';
    process.env['LIAISON_TOKEN_POLICE_75'] = 'x';
    expect(await liaison('dead-letters', 'list', 'police-75')).toBe(1);
    expect(await liaison('dead-letters', 'show', 'prefecture-75', 'nonsense')).toBe(1);
    expect(await liaison('dead-letters', 'list', 'ac-se')).toBe(1);
    expect(explained.map((line) => line.replace(/[:.].*$/, ''))).toEqual([
      'Not compared',
      'Not compared',
      'Not compared',
      'Not compared',
      expect.stringContaining('No answer from police-75'),
      'Name it as the list does',
      'Say where ac-se is',
    ]);
    expect(explained.join('')).not.toContain('\n');
    for (const args of [
      ['dead-letters'],
      ['dead-letters', 'eat', 'police-75', 'x'],
      ['reconcile', 'police-75'],
    ]) {
      expect(await liaison(...args)).toBe(2);
    }
  });
});
