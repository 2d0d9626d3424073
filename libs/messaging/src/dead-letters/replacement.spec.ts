import { eventually } from '@liaison/testing';
import { ANNE, type LetterScene, startLetterScene } from './letter-scene.test';

describe('an event that its recipient parked', () => {
  let scene: LetterScene;
  beforeAll(async () => {
    scene = await startLetterScene();
  });
  afterAll(() => scene.stop());

  it('is replaced by its sender: the new one names it, and takes up where it stood', async () => {
    const { caseId, reference, key } = await scene.send(2, [1]);
    await eventually(async () => expect(await scene.statesOf(caseId)).toEqual(['parked', 'sent']));
    scene.breakVersions();
    const replacement = await scene.replace(key(1).id);
    await eventually(async () =>
      expect(await scene.inboxOf(reference)).toEqual(['1 dropped replaced', '2 applied', '3 applied']),
    );
    expect(scene.appliedOf(reference)).toEqual([2, 3]);
    expect(await scene.bodiesOf(reference)).toEqual([]);
    expect(await scene.recordsOf(key(1).id)).toEqual(['parked version-odd', 'replaced version-odd']);
    expect(await scene.recordsOf(replacement.eventId)).toEqual(['receipt']);
    expect(await scene.letterOf(key(1))).toMatchObject({ state: 'dropped', settled: 'replaced' });
    await eventually(async () =>
      expect(await scene.statesOf(caseId)).toEqual(['replaced', 'delivered', 'delivered']),
    );
  });

  it('is replaced once by two operators of the sender at once', async () => {
    const { caseId, reference, key } = await scene.send(1, [1]);
    await eventually(async () => expect(await scene.statesOf(caseId)).toEqual(['parked']));
    scene.breakVersions();
    const [one, other] = await Promise.all([scene.replace(key(1).id), scene.replace(key(1).id)]);
    expect(one.eventId).toBe(other.eventId);
    expect([one.already, other.already].sort()).toEqual([false, true]);
    await eventually(() => expect(scene.appliedOf(reference)).toEqual([2]));
    await eventually(async () => expect(await scene.statesOf(caseId)).toEqual(['replaced', 'delivered']));
    await expect(scene.replace(key(1).id)).resolves.toMatchObject({ already: true });
  });

  it('is not replaced by what is parked itself; the next one stands in for both', async () => {
    const { caseId, reference, key } = await scene.send(1, [1]);
    await eventually(async () => expect(await scene.statesOf(caseId)).toEqual(['parked']));
    await scene.replace(key(1).id);
    const bothParked = ['1 parked version-odd', '2 parked version-odd'];
    await eventually(async () => expect(await scene.inboxOf(reference)).toEqual(bothParked));
    await eventually(async () => expect(await scene.statesOf(caseId)).toEqual(['parked', 'parked']));
    scene.breakVersions();
    await scene.replace(key(1).id);
    await eventually(async () =>
      expect(await scene.inboxOf(reference)).toEqual([
        '1 dropped replaced',
        '2 dropped replaced',
        '3 applied',
      ]),
    );
    expect(scene.appliedOf(reference)).toEqual([3]);
  });

  it('is replaced by a redrive of what stands in for it', async () => {
    const { caseId, reference, key } = await scene.send(1, [1]);
    await eventually(async () => expect(await scene.statesOf(caseId)).toEqual(['parked']));
    const { eventId } = await scene.replace(key(1).id);
    await eventually(async () => expect(await scene.inboxOf(reference)).toHaveLength(2));
    scene.breakVersions();
    expect(
      await scene.prefecture.deadLetters.redrive({ peer: 'police-75', id: eventId }, ANNE),
    ).toMatchObject({
      state: 'applied',
    });
    expect(await scene.inboxOf(reference)).toEqual(['1 dropped replaced', '2 applied']);
    expect(await scene.recordsOf(key(1).id)).toEqual(['parked version-odd', 'replaced version-odd']);
  });
});
