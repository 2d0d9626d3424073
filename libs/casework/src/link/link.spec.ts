import { AppError } from '@liaison/kernel';
import fc from 'fast-check';
import {
  decideLink,
  evolveLink,
  type LinkCommand,
  type LinkWord,
  type PersonLink,
  roundOf,
  stateOf,
} from './link';

const after = (...commands: LinkCommand[]): PersonLink | undefined =>
  commands.reduce<PersonLink | undefined>(
    (link, each) => evolveLink(link, decideLink(link, each)),
    undefined,
  );
const state = (...commands: LinkCommand[]) => stateOf(after(...commands) ?? {});
const refusal = (code: string) => expect.objectContaining({ code }) as AppError;
const propose: LinkCommand = { type: 'propose' };
const confirm: LinkCommand = { type: 'confirm' };
const refuse: LinkCommand = { type: 'refuse' };
const undo: LinkCommand = { type: 'undo' };
const hear = (says: LinkWord['says'], round = 1): LinkCommand => ({ type: 'hear', word: { round, says } });

describe('a link between two references', () => {
  it('stands when both say so, and not before', () => {
    expect(state(propose)).toBe('proposed');
    expect(state(propose, hear('same'))).toBe('linked');
    expect(state(hear('same'))).toBe('to-answer');
    expect(state(hear('same'), confirm)).toBe('linked');
    // Both find it out at once: nobody has to answer.
    expect(state(hear('same'), propose)).toBe('linked');
  });

  it('is ended by either, for good in its round', () => {
    expect(state(hear('same'), refuse)).toBe('ended');
    expect(state(propose, undo)).toBe('ended');
    expect(state(propose, hear('same'), undo)).toBe('ended');
    expect(state(propose, hear('same'), hear('not-same'))).toBe('ended');
    // It crosses their confirmation.
    expect(state(propose, undo, hear('same'))).toBe('ended');
    expect(() => after(propose, undo, hear('same'), undo)).toThrow(refusal('link-ended'));
    expect(() => after(hear('same'), refuse, confirm)).toThrow(refusal('link-ended'));
  });

  it('is proposed anew in the next round, which nothing of an earlier one ends', () => {
    expect(after(propose, undo, propose)).toMatchObject({ mine: { round: 2, says: 'same' } });
    expect(state(propose, undo, propose, hear('not-same', 1))).toBe('proposed');
    expect(state(propose, undo, hear('same', 2))).toBe('to-answer');
  });

  it('is answered by who was asked, and undone by who said so', () => {
    expect(() => after(propose, confirm)).toThrow(refusal('link-not-proposed'));
    expect(() => after(propose, refuse)).toThrow(refusal('link-not-proposed'));
    expect(() => after(hear('same'), undo)).toThrow(refusal('link-not-proposed'));
    expect(() => after(propose, propose)).toThrow(refusal('link-exists'));
    expect(() => after(propose, hear('same'), propose)).toThrow(refusal('link-exists'));
    expect(() => after(confirm)).toThrow(refusal('link-not-found'));
  });

  /** Two sides, each with what it has sent that the other has not taken yet; a step acts, or delivers any of it, perhaps twice. */
  const step = fc.record({
    side: fc.constantFrom<0 | 1>(0, 1),
    does: fc.constantFrom('propose', 'confirm', 'refuse', 'undo', 'deliver', 'deliver', 'deliver-again'),
    which: fc.nat(20),
  });

  function world(steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[]) {
    const links: [PersonLink | undefined, PersonLink | undefined] = [undefined, undefined];
    const waiting: [LinkWord[], LinkWord[]] = [[], []];
    const take = (side: 0 | 1, word: LinkWord) => {
      links[side] = evolveLink(links[side], decideLink(links[side], { type: 'hear', word }));
    };
    for (const { side, does, which } of steps) {
      const queue = waiting[side];
      if (does === 'deliver' || does === 'deliver-again') {
        const at = queue.length === 0 ? -1 : which % queue.length;
        const word = queue[at];
        if (!word) continue;
        if (does === 'deliver') queue.splice(at, 1);
        take(side, word);
        continue;
      }
      try {
        const event = decideLink(links[side], { type: does });
        links[side] = evolveLink(links[side], event);
        waiting[side === 0 ? 1 : 0].push(event.word);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
      }
    }
    for (const side of [0, 1] as const) for (const word of waiting[side].splice(0)) take(side, word);
    return links;
  }

  it('comes to the same on both sides, whatever crosses, overtakes or comes twice', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const [one, other] = world(steps);
        expect(one?.mine).toEqual(other?.theirs);
        expect(one?.theirs).toEqual(other?.mine);
        const [here, there] = [stateOf(one ?? {}), stateOf(other ?? {})];
        const mirrored = { proposed: 'to-answer', 'to-answer': 'proposed', linked: 'linked', ended: 'ended' };
        expect(there).toBe(mirrored[here]);
      }),
      { numRuns: 2000 },
    );
  });

  it('goes back to no earlier round, and comes back to life in none', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            propose,
            confirm,
            refuse,
            undo,
            hear('same'),
            hear('not-same'),
            hear('same', 2),
            hear('not-same', 3),
          ),
          { maxLength: 20 },
        ),
        (commands) => {
          let link: PersonLink | undefined;
          for (const command of commands) {
            const before = link;
            try {
              link = evolveLink(link, decideLink(link, command));
            } catch {
              continue;
            }
            if (!before) continue;
            expect(roundOf(link)).toBeGreaterThanOrEqual(roundOf(before));
            if (roundOf(link) === roundOf(before) && stateOf(before) === 'ended')
              expect(stateOf(link)).toBe('ended');
            // Linked only by a word of each.
            if (stateOf(link) === 'linked')
              expect([link.mine?.says, link.theirs?.says]).toEqual(['same', 'same']);
          }
        },
      ),
    );
  });
});
