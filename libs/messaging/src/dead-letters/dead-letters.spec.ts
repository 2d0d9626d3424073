import { eventually } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import { ANNE, BORIS, type LetterScene, startLetterScene } from './letter-scene.test';

describe('a parked event', () => {
  let scene: LetterScene;
  beforeAll(async () => {
    scene = await startLetterScene();
  });
  afterAll(() => scene.stop());

  it('applies what it understands now, in order, with what waited behind it', async () => {
    const { caseId, reference, key } = await scene.send(3, [1]);
    expect(await scene.inboxOf(reference)).toEqual(['1 parked version-odd', '2 waiting', '3 waiting']);
    await eventually(async () => expect(await scene.statesOf(caseId)).toEqual(['parked', 'sent', 'sent']));

    scene.breakVersions();
    expect(await scene.prefecture.deadLetters.redrive(key(1), ANNE)).toEqual({
      state: 'applied',
      reason: null,
      already: false,
      released: 2,
    });
    expect(scene.appliedOf(reference)).toEqual([1, 2, 3]);
    expect(await scene.inboxOf(reference)).toEqual(['1 applied', '2 applied', '3 applied']);
    expect(await scene.bodiesOf(reference)).toEqual([]);
    expect(await scene.recordsOf(key(1).id)).toEqual(['parked version-odd', 'receipt', 'redrive aa applied']);
    await eventually(async () =>
      expect(await scene.statesOf(caseId)).toEqual(['delivered', 'delivered', 'delivered']),
    );
    expect(await scene.letterOf(key(1))).toEqual({ state: 'applied', attempts: 2, settled: 'redriven' });
  });

  it('says so when it is parked again, counts the attempt, and keeps it sealed', async () => {
    const { reference, key } = await scene.send(2, [1]);
    for (const attempts of [2, 3]) {
      expect(await scene.prefecture.deadLetters.redrive(key(1), ANNE)).toMatchObject({
        state: 'parked',
        reason: 'version-odd',
        released: 0,
      });
      expect(await scene.letterOf(key(1))).toMatchObject({ state: 'parked', attempts });
    }
    expect(await scene.inboxOf(reference)).toEqual(['1 parked version-odd', '2 waiting']);
    expect(await scene.bodiesOf(reference)).toEqual([1, 2]);
    expect(await scene.recordsOf(key(1).id)).toEqual([
      'parked version-odd',
      'redrive aa version-odd',
      'redrive aa version-odd',
    ]);
    // The news of each parking leaves: nothing is stuck behind a second one of the same event.
    await eventually(async () => {
      const [row] = await scene.prefecture.database.owner.query<{ count: string }[]>(
        "SELECT count(*) FROM messaging.intent WHERE kind = 'dead-letter'",
      );
      expect(row).toEqual({ count: '0' });
    });
  });

  it('parks in its place what cannot be applied behind it, and keeps what came before', async () => {
    const { reference, key } = await scene.send(4, [1, 3]);
    scene.breakVersions(3);
    expect(await scene.prefecture.deadLetters.redrive(key(1), ANNE)).toMatchObject({
      state: 'applied',
      released: 1,
    });
    expect(await scene.inboxOf(reference)).toEqual([
      '1 applied',
      '2 applied',
      '3 parked version-odd',
      '4 waiting',
    ]);
    expect(scene.appliedOf(reference).slice(-2)).toEqual([1, 2]);
    expect(await scene.recordsOf(key(3).id)).toEqual(['parked version-odd']);
  });

  it('waits its turn when something before it is still parked', async () => {
    const { reference, key } = await scene.send(2, [1]);
    await scene.prefecture.database.owner.query(
      `UPDATE messaging.inbox SET state = 'parked', reason = 'version-odd' WHERE reference = $1 AND sequence = 2`,
      [reference],
    );
    scene.breakVersions();
    expect(await scene.prefecture.deadLetters.redrive(key(2), ANNE)).toMatchObject({ state: 'waiting' });
    expect(scene.appliedOf(reference)).toEqual([]);
    expect(await scene.prefecture.deadLetters.redrive(key(1), ANNE)).toMatchObject({
      state: 'applied',
      released: 1,
    });
    expect(scene.appliedOf(reference)).toEqual([1, 2]);
  });

  it('is applied once by two operators at once', async () => {
    const { reference, key } = await scene.send(3, [1]);
    scene.breakVersions();
    const answers = await Promise.all(
      [ANNE, BORIS].map((who) => scene.prefecture.deadLetters.redrive(key(1), who)),
    );
    expect(answers.map(({ state }) => state)).toEqual(['applied', 'applied']);
    expect(answers.map(({ already }) => already).sort()).toEqual([false, true]);
    expect(scene.appliedOf(reference)).toEqual([1, 2, 3]);
  });

  it('takes turns with the consumer on the same case', async () => {
    const { caseId, reference, key } = await scene.send(2, [1]);
    scene.breakVersions();
    const more = scene.append(caseId, 3);
    const answers = await Promise.all([scene.prefecture.deadLetters.redrive(key(1), ANNE), more]);
    expect(answers[0]).toMatchObject({ state: 'applied' });
    await eventually(async () =>
      expect(await scene.inboxOf(reference)).toEqual(['1 applied', '2 applied', '3 applied']),
    );
    expect(scene.appliedOf(reference)).toEqual([1, 2, 3]);
  });

  it('leaves nothing behind when it dies in the middle, and can be done again', async () => {
    const { reference, key } = await scene.send(3, [1]);
    scene.breakVersions();
    scene.onApplying(({ envelope }) => {
      if (envelope.sequence === 3) throw Object.assign(new Error('gone'), { code: '57P01' });
    });
    await expect(scene.prefecture.deadLetters.redrive(key(1), ANNE)).rejects.toThrow('gone');
    expect(await scene.inboxOf(reference)).toEqual(['1 parked version-odd', '2 waiting', '3 waiting']);
    expect(await scene.recordsOf(key(1).id)).toEqual(['parked version-odd']);
    expect(await scene.letterOf(key(1))).toMatchObject({ attempts: 1 });
    scene.onApplying(() => undefined);
    expect(await scene.prefecture.deadLetters.redrive(key(1), ANNE)).toMatchObject({
      state: 'applied',
      released: 2,
    });
    expect(await scene.prefecture.deadLetters.redrive(key(1), ANNE)).toMatchObject({ already: true });
    expect(await scene.recordsOf(key(1).id)).toHaveLength(3);
  });

  it('is discarded by two people: its bytes go, the case goes on, the sender learns of it', async () => {
    const { caseId, reference, key } = await scene.send(3, [1]);
    await expect(
      scene.prefecture.deadLetters.discard(key(1), BORIS, 'nobody proposed it'),
    ).rejects.toMatchObject({
      code: 'discard-not-proposed',
    });
    expect(await scene.prefecture.deadLetters.proposeDiscard(key(1), ANNE, 'sent twice')).toEqual({
      already: false,
    });
    expect(await scene.prefecture.deadLetters.proposeDiscard(key(1), ANNE, 'sent twice')).toEqual({
      already: true,
    });
    await expect(scene.prefecture.deadLetters.proposeDiscard(key(1), BORIS, 'me too')).rejects.toMatchObject({
      code: 'discard-proposed-already',
    });
    await expect(scene.prefecture.deadLetters.discard(key(1), ANNE, 'really')).rejects.toMatchObject({
      code: 'discard-by-one-person',
    });
    expect(await scene.inboxOf(reference)).toEqual(['1 parked version-odd', '2 waiting', '3 waiting']);
    expect(await scene.bodiesOf(reference)).toEqual([1, 2, 3]);

    const discarded = { state: 'dropped', reason: 'discarded', already: false, released: 2 };
    expect(await scene.prefecture.deadLetters.discard(key(1), BORIS, 'I agree')).toEqual(discarded);
    expect(await scene.prefecture.deadLetters.discard(key(1), BORIS, 'I agree')).toMatchObject({
      already: true,
    });
    expect(await scene.inboxOf(reference)).toEqual(['1 dropped discarded', '2 applied', '3 applied']);
    expect(await scene.bodiesOf(reference)).toEqual([]);
    expect(await scene.recordsOf(key(1).id)).toEqual([
      'parked version-odd',
      'discard-proposed aa version-odd',
      'discarded bb version-odd',
    ]);
    await eventually(async () =>
      expect(await scene.statesOf(caseId)).toEqual(['discarded', 'delivered', 'delivered']),
    );
    await expect(scene.prefecture.deadLetters.proposeDiscard(key(1), ANNE, 'again')).rejects.toMatchObject({
      code: 'dead-letter-settled',
    });
    expect(await scene.prefecture.deadLetters.redrive(key(1), ANNE)).toMatchObject({
      state: 'dropped',
      already: true,
    });
  });

  it('is confirmed once, whoever comes first', async () => {
    const { reference, key } = await scene.send(2, [1]);
    await scene.prefecture.deadLetters.proposeDiscard(key(1), ANNE, 'sent twice');
    const clara = { unit: 'desk', agent: 'cc'.repeat(32) };
    const answers = await Promise.all(
      [BORIS, clara].map((who) => scene.prefecture.deadLetters.discard(key(1), who, 'I agree')),
    );
    expect(answers.map(({ already }) => already).sort()).toEqual([false, true]);
    expect(scene.appliedOf(reference)).toEqual([2]);
  });

  it('fills its place for good: a later redelivery finds it settled', async () => {
    const { reference, key } = await scene.send(3, [2]);
    await scene.prefecture.deadLetters.proposeDiscard(key(2), ANNE, 'sent twice');
    await scene.prefecture.deadLetters.discard(key(2), BORIS, 'I agree');
    expect(await scene.inboxOf(reference)).toEqual(['1 applied', '2 dropped discarded', '3 applied']);
    await scene.resendAll(reference);
    await eventually(async () => expect(await scene.unread()).toBe(0));
    expect(scene.appliedOf(reference)).toEqual([1, 3]);
    expect(await scene.inboxOf(reference)).toEqual(['1 applied', '2 dropped discarded', '3 applied']);
  });

  it('what belongs to no case is settled by itself', async () => {
    const value = Buffer.from(`not sealed ${randomUUID()}`);
    await scene.police.broker.publish('liaison.inbox.prefecture-75', 0, [
      { key: 'x', value, headers: { id: randomUUID(), 'content-type': 'application/octet-stream' } },
    ]);
    const key = await eventually(async () => {
      const [row] = await scene.prefecture.database.owner.query<{ id: string }[]>(
        `SELECT id FROM messaging.inbox WHERE source = 'unverified' AND body = $1`,
        [value],
      );
      if (!row) throw new Error('not there yet');
      return { peer: 'unverified', id: row.id };
    });
    expect(await scene.prefecture.deadLetters.redrive(key, ANNE)).toMatchObject({ state: 'parked' });
    await scene.prefecture.deadLetters.proposeDiscard(key, ANNE, 'noise');
    await scene.prefecture.deadLetters.discard(key, BORIS, 'noise');
    expect(await scene.letterOf(key)).toEqual({ state: 'dropped', attempts: 2, settled: 'discarded' });
  });

  it('is known by sender and id', async () => {
    const unknown = { peer: 'police-75', id: randomUUID() };
    const refusal = { code: 'dead-letter-unknown' };
    await expect(scene.prefecture.deadLetters.redrive(unknown, ANNE)).rejects.toMatchObject(refusal);
    await expect(scene.prefecture.deadLetters.proposeDiscard(unknown, ANNE, 'why')).rejects.toMatchObject(
      refusal,
    );
    const { key } = await scene.send(1, []);
    await expect(scene.prefecture.deadLetters.redrive(key(1), ANNE)).rejects.toMatchObject(refusal);
  });

  it('voids what it names, when it is a void that did not fit before', async () => {
    const { caseId, reference, ids } = await scene.send(1, []);
    await eventually(async () => expect(await scene.statesOf(caseId)).toEqual(['delivered']));
    const { owner } = scene.prefecture.database;
    const [{ was }] = await owner.query<[{ was: string }]>(
      'SELECT disclosure_commitment AS was FROM messaging.inbox WHERE id = $1',
      [ids[0]],
    );
    const commitTo = (commitment: string) =>
      owner.query('UPDATE messaging.inbox SET disclosure_commitment = $2 WHERE id = $1', [
        ids[0],
        commitment,
      ]);
    await commitTo('ab'.repeat(32));
    const taken = await scene.police.database.serve.transaction((manager) =>
      scene.police.outbox.voidDelivered(manager, caseId, { reason: 'amended' }),
    );
    scene.police.dispatcher.wake(taken.lanes);
    const parked = await eventually(async () => {
      const rows = await owner.query<{ id: string }[]>(
        `SELECT id FROM messaging.inbox WHERE reference = $1 AND state = 'parked' AND reason = 'sequence-conflict'`,
        [reference],
      );
      expect(rows).toHaveLength(1);
      return rows[0]!;
    });
    const letter = { peer: 'police-75', id: parked.id };
    expect(await scene.prefecture.deadLetters.redrive(letter, ANNE)).toMatchObject({
      state: 'parked',
      reason: 'sequence-conflict',
    });
    await commitTo(was);
    expect(await scene.prefecture.deadLetters.redrive(letter, ANNE)).toMatchObject({ state: 'applied' });
    const [event] = await owner.query('SELECT state, reason FROM messaging.inbox WHERE id = $1', [ids[0]]);
    expect(event).toEqual({ state: 'revoked', reason: 'voided' });
    await eventually(async () => expect(await scene.statesOf(caseId)).toEqual(['voided']));
    expect(await scene.recordsOf(ids[0] ?? '')).toContain('voided revoked');
  });

  it('asks for what is missing before it', async () => {
    const { reference, key } = await scene.send(2, [2]);
    const { owner } = scene.prefecture.database;
    await owner.query('DELETE FROM messaging.inbox WHERE reference = $1 AND sequence = 1', [reference]);
    await owner.query(
      'UPDATE messaging.inbound_sequence SET up_to = 0, unfinished = 1 WHERE reference = $1',
      [reference],
    );
    scene.breakVersions();
    expect(await scene.prefecture.deadLetters.redrive(key(2), ANNE)).toMatchObject({ state: 'waiting' });
    await eventually(async () => expect(await scene.inboxOf(reference)).toEqual(['1 applied', '2 applied']));
  });
});
