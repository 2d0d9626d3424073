import { findFuzzTools, schemathesis } from './fuzz-tools';
import { sayNotRun } from './servers';

describe('contract fuzzing without Python', () => {
  const path = process.env['PATH'];
  beforeAll(() => void (process.env['PATH'] = '/nowhere'));
  afterAll(() => void (process.env['PATH'] = path));

  it('says what to install', async () => {
    const missing = expect.stringMatching(/Python 3\.10 or newer with pip: install/) as string;
    expect(await findFuzzTools()).toEqual({ available: false, reason: missing });
  });

  it('is never taken for one that found nothing', async () => {
    await expect(schemathesis(['run'], '/', 10_000)).rejects.toThrow(/Python 3\.10/);
  });

  it('fails where everything must run, and is said elsewhere', () => {
    const warned = jest.spyOn(console, 'warn').mockImplementation();
    expect(() => sayNotRun('NOT RUN: fuzzing', { CI: 'true' })).toThrow('NOT RUN: fuzzing');
    sayNotRun('NOT RUN: fuzzing', {});
    expect(warned).toHaveBeenCalledWith('NOT RUN: fuzzing');
    warned.mockRestore();
  });
});
