import { stateDiagram } from '@liaison/casework';
import { AppError } from '@liaison/kernel';
import fc from 'fast-check';
import { OPINION_MACHINE } from './machine';
import { decide, evolve, type OpinionCommand, type OpinionRequest } from './opinion-request';

const receive: OpinionCommand = { type: 'receive' };
const answer: OpinionCommand = { type: 'answer', noticeId: 'n1' };
const refuse: OpinionCommand = { type: 'refuse', reason: 'no-elements' };
const withdrawal: OpinionCommand = { type: 'receive-withdrawal', reason: 'wrong-unit' };
const after = (...commands: OpinionCommand[]) =>
  commands.reduce<OpinionRequest | undefined>(
    (request, each) => evolve(request, decide(request, each)),
    undefined,
  );
const refusal = (code: string) => expect.objectContaining({ code }) as AppError;

describe('a request for an opinion, at the unit that is asked', () => {
  it('is answered once, with a notice or a refusal', () => {
    expect(after(receive, answer)).toMatchObject({ state: 'answered', noticeId: 'n1' });
    expect(after(receive, refuse)).toMatchObject({ state: 'refused' });
    for (const [first, second] of [
      [answer, refuse],
      [refuse, answer],
      [refuse, refuse],
    ] as const) {
      expect(() => after(receive, first, second)).toThrow(refusal('opinion-answered'));
    }
  });

  it('is not answered once nobody waits; what was answered before stays so', () => {
    expect(() => after(receive, withdrawal, answer)).toThrow(refusal('opinion-withdrawn'));
    expect(() => after(receive, withdrawal, refuse)).toThrow(refusal('opinion-withdrawn'));
    expect(after(receive, answer, withdrawal)).toMatchObject({ state: 'answered', withdrawn: 'wrong-unit' });
  });

  const command = fc.constantFrom<OpinionCommand>(receive, answer, refuse, withdrawal, { type: 'take-back' });

  it('reaches no illegal state, whatever is asked in whatever order', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 12 }), (commands) => {
        let request: OpinionRequest | undefined;
        let answers = 0;
        for (const each of commands) {
          const before: OpinionRequest | undefined = request;
          try {
            request = evolve(before, decide(before, each));
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            continue;
          }
          if (each === answer || each === refuse) answers += 1;
          expect(answers).toBeLessThanOrEqual(1);
          expect(request.version).toBe((before?.version ?? 0) + 1);
          if (request.state === 'withdrawn') expect([answers, request.withdrawn]).toEqual([0, 'wrong-unit']);
          if (before?.state === 'taken-back') expect(request.state).toBe('taken-back');
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is drawn from what is decided', () => {
    expect(stateDiagram(OPINION_MACHINE)).toContain('  open --> refused: refuse');
  });
});
