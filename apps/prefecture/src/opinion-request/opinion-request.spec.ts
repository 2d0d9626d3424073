import { stateDiagram } from '@liaison/casework';
import { AppError } from '@liaison/kernel';
import fc from 'fast-check';
import { OPINION_MACHINE } from './machine';
import {
  decide,
  evolve,
  isLate,
  isOverdue,
  type OpinionCommand,
  type OpinionRequest,
} from './opinion-request';

const AT = new Date('2026-03-12T09:00:00Z');
const ask: OpinionCommand = { type: 'ask', today: '2026-03-10', dueOn: '2026-03-24' };
const withdraw: OpinionCommand = { type: 'withdraw', reason: 'no-longer-needed' };
const notice: OpinionCommand = { type: 'receive-notice', noticeId: 'n1', at: AT };
const answer = (outcome: 'notice' | 'refused'): OpinionCommand => ({
  type: 'receive-answer',
  outcome,
  at: AT,
});
const after = (...commands: OpinionCommand[]) =>
  commands.reduce<OpinionRequest | undefined>(
    (request, each) => evolve(request, decide(request, each)),
    undefined,
  );
const refusal = (code: string) => expect.objectContaining({ code }) as AppError;

describe('a request for an opinion', () => {
  it('has a last day that is to come, and not too far', () => {
    expect(after({ ...ask, dueOn: '2026-03-10' })).toMatchObject({ state: 'asked', dueOn: '2026-03-10' });
    expect(() => after({ ...ask, dueOn: '2026-03-09' })).toThrow(refusal('due-day-passed'));
    expect(() => after({ ...ask, dueOn: '2027-03-11' })).toThrow(refusal('due-day-too-far'));
  });

  it('is answered by a notice or by what announces it, whichever comes first', () => {
    const both = [after(ask, notice, answer('notice')), after(ask, answer('notice'), notice)];
    for (const request of both) {
      expect(request).toMatchObject({ state: 'answered', noticeId: 'n1', answer: { outcome: 'notice' } });
    }
  });

  it('is answered once', () => {
    expect(() => after(ask, answer('refused'), answer('notice'))).toThrow(
      refusal('opinion-answer-unexpected'),
    );
    expect(() => after(ask, answer('notice'), answer('notice'))).toThrow(
      refusal('opinion-answer-unexpected'),
    );
    expect(() => after(ask, notice, answer('refused'))).toThrow(refusal('opinion-answer-unexpected'));
    expect(() => after(ask, answer('refused'), notice)).toThrow(refusal('opinion-answer-unexpected'));
  });

  it('is answered although it was withdrawn, where the answer was on its way', () => {
    expect(after(ask, withdraw, answer('refused'))).toMatchObject({
      state: 'refused',
      withdrawn: { reason: 'no-longer-needed' },
    });
    expect(() => after(ask, notice, withdraw)).toThrow(refusal('opinion-answered'));
    expect(() => after(ask, withdraw, withdraw)).toThrow(refusal('opinion-withdrawn'));
  });

  it('is overdue from the end of its last day on, until somebody answers, late', () => {
    const dueAt = new Date('2026-03-24T23:00:00Z');
    const justBefore = new Date(dueAt.getTime() - 1);
    expect(isOverdue('asked', dueAt, justBefore)).toBe(false);
    expect(isOverdue('asked', dueAt, dueAt)).toBe(true);
    expect(isOverdue('answered', dueAt, dueAt)).toBe(false);
    expect([isLate(justBefore, dueAt), isLate(dueAt, dueAt), isLate(null, dueAt)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  const command = fc.constantFrom<OpinionCommand>(
    ask,
    withdraw,
    notice,
    { ...notice, noticeId: 'n2' },
    answer('notice'),
    answer('refused'),
  );

  it('reaches no illegal state, whatever is asked in whatever order', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 12 }), (commands) => {
        let request: OpinionRequest | undefined;
        for (const each of commands) {
          const before: OpinionRequest | undefined = request;
          try {
            request = evolve(before, decide(before, each));
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            continue;
          }
          expect(request.version).toBe((before?.version ?? 0) + 1);
          // What was answered stays so, with the same notice.
          if (before?.state === 'answered') expect(request.state).toBe('answered');
          if (before?.state === 'refused') expect(request.state).toBe('refused');
          if (before?.noticeId) expect(request.noticeId).toBe(before.noticeId);
          expect(request.state === 'withdrawn').toBe(
            request.withdrawn !== undefined && !request.answer && !request.noticeId,
          );
          expect(request.state === 'refused').toBe(request.answer?.outcome === 'refused');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is drawn from what is decided', () => {
    expect(stateDiagram(OPINION_MACHINE).split('\n')).toEqual(
      expect.arrayContaining([
        '  [*] --> asked: ask',
        '  asked --> withdrawn: withdraw',
        '  asked --> refused: receive refusal',
        '  withdrawn --> answered: receive notice',
      ]),
    );
  });
});
