import { DevelopmentSealing } from './development-sealing';

describe('DevelopmentSealing', () => {
  it('refuses to start outside development', () => {
    expect(() => new DevelopmentSealing('production')).toThrow(
      expect.objectContaining({ code: 'sealing-not-for-production' }),
    );
  });

  it('opens what it sealed, and nothing else', async () => {
    const sealing = new DevelopmentSealing('development');
    const sealed = await sealing.seal(Buffer.from('{"a":1}'), 'prefecture-75');
    expect((await sealing.open(sealed)).toString()).toBe('{"a":1}');
    for (const foreign of [Buffer.from('{"a":1}'), Buffer.alloc(0), sealed.subarray(1)]) {
      await expect(sealing.open(foreign)).rejects.toMatchObject({ code: 'seal-broken', retriable: false });
    }
  });
});
