import fc from 'fast-check';
import {
  type AskedCommand,
  type AskedRequest,
  decideAsked,
  decideReceived,
  evolveAsked,
  evolveReceived,
  type ReceivedRequest,
} from './urgent-request';

const after = (...commands: readonly AskedCommand[]): AskedRequest | undefined =>
  commands.reduce<AskedRequest | undefined>(
    (request, command) => evolveAsked(request, decideAsked(request, command)),
    undefined,
  );
const ask = { type: 'ask' } as const;
const withdraw = { type: 'withdraw' } as const;
const answer = { type: 'receive-answer', outcome: 'answered' } as const;
const lose = { type: 'lose-answer' } as const;
const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;

describe('the withdrawal of an urgent request', () => {
  it('is once, and of what nobody has answered', () => {
    expect(after(ask, withdraw)).toEqual({ state: 'withdrawn', version: 2, withdrawn: true });
    expect(() => after(withdraw)).toThrow(code('urgent-request-not-found'));
    expect(() => after(ask, withdraw, withdraw)).toThrow(code('urgent-request-withdrawn'));
    expect(() => after(ask, answer, withdraw)).toThrow(code('urgent-request-answered'));
    expect(() => after(ask, withdraw, answer, withdraw)).toThrow(code('urgent-request-withdrawn'));
  });

  it('leaves an answer that crosses it one; where that is taken back, nobody waits again', () => {
    expect(after(ask, withdraw, answer)).toMatchObject({ state: 'answered', withdrawn: true });
    expect(after(ask, withdraw, answer, lose)).toMatchObject({ state: 'withdrawn' });
    expect(after(ask, answer, lose)).toMatchObject({ state: 'asked', withdrawn: false });
    expect(() => after(ask, withdraw, answer, answer)).toThrow(code('urgent-answer-unexpected'));
  });
});

/** One step at either side, or the arrival of what the other has said; channels keep their order. */
const STEPS = ['withdraw', 'answer', 'refuse', 'arrives here', 'arrives there'] as const;

it('both sides come to the same end, whatever crosses on the way', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...STEPS), { maxLength: 12 }), (steps) => {
      let asked = after(ask)!;
      let received: ReceivedRequest | undefined;
      let said: 'answered' | 'refused' | undefined;
      const there: ('receive' | 'take-back')[] = ['receive'];
      const here: AskedCommand[] = [];
      const arrivesThere = (): void => {
        const type = there.shift();
        if (type) received = evolveReceived(received, decideReceived(received, { type }));
      };
      const arrivesHere = (): void => {
        const command = here.shift();
        if (command) asked = evolveAsked(asked, decideAsked(asked, command));
      };
      const act = (step: (typeof STEPS)[number]): void => {
        if (step === 'arrives there') return arrivesThere();
        if (step === 'arrives here') return arrivesHere();
        if (step === 'withdraw') {
          asked = evolveAsked(asked, decideAsked(asked, withdraw));
          there.push('take-back');
          return;
        }
        const command = step === 'answer' ? ({ type: 'answer' } as const) : REFUSAL;
        received = evolveReceived(received, decideReceived(received, command));
        said = step === 'answer' ? 'answered' : 'refused';
        here.push({ type: 'receive-answer', outcome: said });
      };
      for (const step of steps) {
        try {
          act(step);
        } catch (error) {
          // Whoever acts may be refused; what arrives never is.
          if (step === 'arrives here' || step === 'arrives there') throw error;
        }
      }
      while (there.length > 0) arrivesThere();
      while (here.length > 0) arrivesHere();
      expect(asked.state).toBe(said ?? (asked.withdrawn ? 'withdrawn' : 'asked'));
      expect(received?.state).toBe(asked.withdrawn ? 'taken-back' : (said ?? 'open'));
    }),
  );
});

const REFUSAL = { type: 'refuse', reason: 'nothing-held' } as const;
