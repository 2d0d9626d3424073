import { PARTNER_CHOICES } from '@liaison/contracts';
import { stepOfAnswer, stepsOfNotice, stepsOfSupport } from './steps';

describe('what a document says of steps', () => {
  it('is what the author of a notice wrote, and nothing of what its reader may not see', () => {
    const steps = [
      { kind: 'asylum-claim' as const, status: 'considered' as const },
      { kind: 'complaint' as const, status: 'undertaken' as const, on: '2026-01-05', organisation: 'BRP' },
    ];
    expect(stepsOfNotice({ steps })).toEqual([
      { kind: 'asylum-claim', status: 'considered', on: null, organisation: null },
      { kind: 'complaint', status: 'undertaken', on: '2026-01-05', organisation: 'BRP' },
    ]);
    expect(stepsOfNotice({})).toEqual([]);
    expect(stepsOfNotice({ steps: [{ kind: 'complaint' }] as unknown as typeof steps })).toEqual([]);
  });

  it('names no shelter where an association tells of lodging (R21)', () => {
    const said = stepsOfSupport({
      support: { state: 'ended', since: '2026-02-01' },
      lodging: { state: 'ongoing' },
    });
    expect(said).toEqual([
      { kind: 'association-support', status: 'ended', on: '2026-02-01', organisation: null },
      { kind: 'lodging', status: 'undertaken', on: null, organisation: null },
    ]);
    expect(stepsOfSupport({})).toEqual([]);
  });

  it('is a step where a partner says that one was taken, and none where it only answers', () => {
    expect(stepOfAnswer({ choice: 'claim-lodged' })).toMatchObject([
      { kind: 'asylum-claim', status: 'undertaken' },
    ]);
    expect(stepOfAnswer({ choice: 'claim-rejected' })).toMatchObject([
      { kind: 'asylum-claim', status: 'refused' },
    ]);
    const none = PARTNER_CHOICES.filter((choice) => stepOfAnswer({ choice }).length === 0);
    expect(none).toEqual(
      expect.arrayContaining(['taken-up', 'no-further-action', 'not-competent', 'more-information-needed']),
    );
    expect(stepOfAnswer({})).toEqual([]);
  });
});
