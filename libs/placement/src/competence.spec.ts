import { COMPETENCE_LEVELS } from '@liaison/contracts';
import fc from 'fast-check';
import { decideArbitration, evolveArbitration, type ArbitrationCommand } from './arbitration';
import { type ClaimCommand, decideClaim, evolveClaim } from './competence-claim';
import {
  type CompetenceConflict,
  type ConflictCommand,
  decideConflict,
  evolveConflict,
  isOpen,
} from './competence-conflict';
import { after, refusal, walk } from './machines.test';
import { decideShelter, evolveShelter, type ShelterCommand, shelterDaysLeft } from './provisional-shelter';

const machine = { decide: decideConflict, evolve: evolveConflict };
const AT = new Date('2026-03-10T09:00:00Z');
const hours = (count: number) => new Date(AT.getTime() + count * 3_600_000);
const claim: ConflictCommand = { type: 'claim', own: '75', claimed: '13', at: AT };
const refused: ConflictCommand = { type: 'receive-answer', answer: 'refused', at: hours(5) };
const accepted: ConflictCommand = { type: 'receive-answer', answer: 'accepted', at: hours(5) };
const escalate = (at: Date): ConflictCommand => ({ type: 'escalate', at });
const decided = (level: (typeof COMPETENCE_LEVELS)[number], departement = '13'): ConflictCommand => ({
  type: 'receive-decision',
  level,
  outcome: 'competent',
  departement,
  at: hours(20),
});
const handOver: ConflictCommand = { type: 'hand-over', stopped: false, at: hours(21) };
const conflict = (...commands: ConflictCommand[]) => after(machine, commands);

describe('a conflict of competence', () => {
  it('is answered within two days, or the département that shelters may ask somebody to decide', () => {
    expect(conflict(claim)).toMatchObject({ state: 'claimed', dueAt: hours(48) });
    expect(() => conflict(claim, escalate(hours(47)))).toThrow(refusal('competence-not-due'));
    expect(conflict(claim, escalate(hours(48)))).toMatchObject({
      state: 'in-conflict',
      level: 'departmental',
      dueAt: hours(48 + 72),
    });
  });

  it('that is refused may be escalated at once, then step by step, each in its time', () => {
    expect(conflict(claim, refused)).toMatchObject({ state: 'in-conflict', dueAt: hours(5) });
    const first = [claim, refused, escalate(hours(6))];
    expect(() => conflict(...first, escalate(hours(77)))).toThrow(refusal('competence-not-due'));
    const second = [...first, escalate(hours(78))];
    expect(conflict(...second)).toMatchObject({ level: 'interdepartmental', dueAt: hours(150) });
    const third = [...second, escalate(hours(150))];
    expect(conflict(...third)).toMatchObject({ level: 'national', dueAt: hours(270) });
    expect(() => conflict(...third, escalate(hours(900)))).toThrow(refusal('competence-last-level'));
    // All of it within the fifteen days of provisional shelter.
    expect(270).toBeLessThan(15 * 24);
  });

  it('goes to the next level as soon as one says that it does not decide', () => {
    const undecided: ConflictCommand = {
      type: 'receive-decision',
      level: 'departmental',
      outcome: 'undecided',
      at: hours(7),
    };
    expect(conflict(claim, refused, escalate(hours(6)), undecided, escalate(hours(7)))).toMatchObject({
      level: 'interdepartmental',
    });
    // One that was asked before and speaks late keeps nobody from waiting for the one that is asked now.
    expect(
      conflict(claim, refused, escalate(hours(6)), escalate(hours(78)), { ...undecided, at: hours(80) }),
    ).toMatchObject({ level: 'interdepartmental', dueAt: hours(150) });
  });

  it('is decided by agreement at any time, by a level that was asked, or by a judge', () => {
    expect(conflict(claim, accepted)).toMatchObject({ competent: '13', decidedBy: 'agreement' });
    expect(conflict(claim, refused, accepted)).toMatchObject({ competent: '13', decidedBy: 'agreement' });
    expect(conflict(claim, refused, escalate(hours(6)), decided('departmental', '75'))).toMatchObject({
      state: 'decided',
      competent: '75',
      decidedBy: 'departmental',
    });
    expect(conflict(claim, { type: 'obey-order', departement: '13' })).toMatchObject({ decidedBy: 'judge' });
    expect(() => conflict(claim, refused, decided('departmental'))).toThrow(
      refusal('competence-level-not-asked'),
    );
    expect(() => conflict(claim, refused, escalate(hours(6)), decided('departmental', '93'))).toThrow(
      refusal('competence-third'),
    );
  });

  it('lets the file go only to whom it was decided for, and again only where it stopped', () => {
    for (const before of [[claim], [claim, refused], [claim, { type: 'withdraw' } as const]]) {
      expect(() => conflict(...before, handOver)).toThrow(refusal('competence-not-decided'));
    }
    expect(() => conflict(claim, { type: 'obey-order', departement: '75' }, handOver)).toThrow(
      refusal('competence-not-decided'),
    );
    expect(conflict(claim, accepted, handOver)).toMatchObject({ state: 'handed-over' });
    expect(() => conflict(claim, accepted, handOver, handOver)).toThrow(refusal('competence-handed-over'));
    expect(conflict(claim, accepted, handOver, { ...handOver, stopped: true })).toMatchObject({ version: 4 });
    const taking: ConflictCommand = { type: 'receive-taking-over' };
    const taken = conflict(claim, accepted, handOver, taking);
    expect(taken).toMatchObject({ state: 'taken-over' });
    // Whoever has forgotten that it said so says it again: that is no news, and stops nothing.
    expect(conflict(claim, accepted, handOver, taking, taking)).toEqual(taken);
    expect(() => conflict(claim, accepted, taking)).toThrow(refusal('competence-taking-over-unexpected'));
  });

  it('has no object any more from the eighteenth birthday, but a file that has left is not called back (R17)', () => {
    const birthday: ConflictCommand = { type: 'come-of-age' };
    for (const before of [[claim], [claim, refused], [claim, accepted]]) {
      expect(conflict(...before, birthday)).toMatchObject({ state: 'of-age' });
      expect(() => conflict(...before, birthday, handOver)).toThrow(refusal('competence-not-decided'));
      expect(() => conflict(...before, birthday, escalate(hours(500)))).toThrow(refusal('competence-closed'));
    }
    expect(() => conflict(claim, accepted, handOver, birthday)).toThrow(refusal('competence-closed'));
  });

  const at = fc.integer({ min: 0, max: 500 }).map(hours);
  const level = fc.constantFrom(...COMPETENCE_LEVELS);
  const command: fc.Arbitrary<ConflictCommand> = fc.oneof(
    fc.constant(claim),
    fc.record({
      type: fc.constant('receive-answer' as const),
      answer: fc.constantFrom('accepted', 'refused'),
      at,
    }),
    fc.record({ type: fc.constant('escalate' as const), at }),
    fc.record({
      type: fc.constant('receive-decision' as const),
      level,
      outcome: fc.constantFrom('competent', 'undecided'),
      departement: fc.constantFrom('75', '13', '93'),
      at,
    }),
    fc.record({ type: fc.constant('obey-order' as const), departement: fc.constantFrom('75', '13') }),
    fc.record({ type: fc.constant('hand-over' as const), stopped: fc.boolean(), at }),
    fc.constantFrom<ConflictCommand>(
      { type: 'withdraw' },
      { type: 'receive-taking-over' },
      { type: 'come-of-age' },
    ),
  );
  const rank = ({ level: asked }: CompetenceConflict) => (asked ? COMPETENCE_LEVELS.indexOf(asked) : -1);

  it('whatever happens: no level is skipped, no end is undone, somebody is always awaited until it is decided', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        for (const { before, now } of walk(machine, [claim, ...commands])) {
          if (isOpen(now)) expect(now.dueAt).toBeInstanceOf(Date);
          if (now.competent !== undefined) expect(['75', '13']).toContain(now.competent);
          if (['handed-over', 'taken-over'].includes(now.state)) expect(now.competent).toBe('13');
          if (!before) continue;
          expect(rank(now)).toBeGreaterThanOrEqual(rank(before));
          expect(rank(now) - rank(before)).toBeLessThanOrEqual(1);
          if (!isOpen(before)) expect(isOpen(now)).toBe(false);
          if (['taken-over', 'withdrawn', 'of-age'].includes(before.state)) expect(now).toEqual(before);
        }
      }),
    );
  });
});

describe('both sides of a claim', () => {
  const claimed = { decide: decideClaim, evolve: evolveClaim };
  const receive: ClaimCommand = { type: 'receive' };
  const file: ClaimCommand = { type: 'receive-file' };

  it('a refusal may become an acceptance, an answer is not taken back', () => {
    const accept: ClaimCommand = { type: 'answer', answer: 'accepted' };
    const refuse: ClaimCommand = { type: 'answer', answer: 'refused' };
    expect(after(claimed, [receive, refuse, accept])).toMatchObject({ state: 'accepted' });
    expect(() => after(claimed, [receive, accept, refuse])).toThrow(refusal('claim-answered'));
    expect(() => after(claimed, [receive, refuse, refuse])).toThrow(refusal('claim-answered'));
  });

  it('takes a file whatever it has answered, and takes over only with it', () => {
    expect(after(claimed, [receive, file, { type: 'take-over' }])).toMatchObject({ state: 'taken-over' });
    expect(() => after(claimed, [receive, { type: 'take-over' }])).toThrow(refusal('file-missing'));
    expect(() => after(claimed, [receive, file, { type: 'take-over' }, { type: 'take-over' }])).toThrow(
      refusal('claim-taken-over'),
    );
  });

  /** Answers wait on their way; whoever shelters decides, and tells. */
  it('come to the same end whatever crosses on the way', () => {
    const step = fc.constantFrom(
      'accept',
      'refuse',
      'deliver',
      'withdraw',
      'of-age',
      'order-here',
      'order-there',
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 15 }), (steps) => {
        let here = after(machine, [claim]);
        let there = after(claimed, [receive]);
        const answers: ConflictCommand[] = [];
        const told: ClaimCommand[] = [];
        const attempt = (work: () => void) => {
          try {
            work();
          } catch (error) {
            expect(error).toMatchObject({ code: expect.any(String) });
          }
        };
        const apply = (each: ConflictCommand) => {
          const event = decideConflict(here, each);
          here = evolveConflict(here, event);
          if (event.type === 'decided') {
            told.push({ type: 'receive-decision', outcome: 'competent', departement: event.competent });
          }
          if (event.type === 'withdrawn') told.push({ type: 'receive-decision', outcome: 'withdrawn' });
          if (event.type === 'came-of-age') told.push({ type: 'receive-decision', outcome: 'of-age' });
        };
        const answer = (given: 'accepted' | 'refused') => {
          there = evolveClaim(there, decideClaim(there, { type: 'answer', answer: given }));
          answers.push({ type: 'receive-answer', answer: given, at: AT });
        };
        const deliver = () => {
          for (const each of answers.splice(0)) apply(each);
          for (const each of told.splice(0)) there = evolveClaim(there, decideClaim(there, each));
        };
        for (const each of steps) {
          attempt(() => {
            if (each === 'accept') answer('accepted');
            else if (each === 'refuse') answer('refused');
            else if (each === 'deliver') deliver();
            else if (each === 'withdraw') apply({ type: 'withdraw' });
            else if (each === 'of-age') apply({ type: 'come-of-age' });
            else apply({ type: 'obey-order', departement: each === 'order-here' ? '75' : '13' });
          });
        }
        deliver();
        if (here?.state === 'decided')
          expect(there).toMatchObject({ state: 'decided', competent: here.competent });
        if (here?.state === 'withdrawn' || here?.state === 'of-age') expect(there?.state).toBe('ended');
        if (here && isOpen(here)) expect(['received', 'refused']).toContain(there?.state);
      }),
    );
  });
});

describe('whoever is asked to decide', () => {
  const asked = { decide: decideArbitration, evolve: evolveArbitration };
  const receive: ArbitrationCommand = { type: 'receive', level: 'departmental', between: ['75', '13'] };
  const decide: ArbitrationCommand = { type: 'decide', departement: '13' };

  it('names one of the two, once, or leaves it undecided', () => {
    expect(after(asked, [receive, decide])).toMatchObject({ state: 'decided', competent: '13' });
    expect(after(asked, [receive, { type: 'leave-undecided' }])).toMatchObject({ state: 'left-undecided' });
    expect(() => after(asked, [receive, { ...decide, departement: '93' }])).toThrow(
      refusal('competence-third'),
    );
    expect(() => after(asked, [receive, decide, decide])).toThrow(refusal('arbitration-over'));
  });

  it('is asked again by the next level, and learns when it ended elsewhere', () => {
    expect(
      after(asked, [receive, { type: 'leave-undecided' }, { ...receive, level: 'interdepartmental' }]),
    ).toMatchObject({
      state: 'open',
      level: 'interdepartmental',
      version: 3,
    });
    const closed = [receive, { type: 'receive-decision', outcome: 'withdrawn' } as const];
    expect(() => after(asked, [...closed, decide])).toThrow(refusal('arbitration-over'));
  });
});

describe('provisional shelter', () => {
  const kept = { decide: decideShelter, evolve: evolveShelter };
  const shelter: ShelterCommand = { type: 'shelter', today: '2026-03-10', from: '2026-03-10' };
  const extend: ShelterCommand = { type: 'extend' };

  it('is given for five days and extended twice (R28)', () => {
    expect(after(kept, [shelter])).toMatchObject({ lastDay: '2026-03-14', extensions: 0 });
    expect(after(kept, [shelter, extend, extend])).toMatchObject({ lastDay: '2026-03-24', extensions: 2 });
    expect(() => after(kept, [shelter, extend, extend, extend])).toThrow(refusal('shelter-extended-twice'));
    expect(() => after(kept, [{ ...shelter, from: '2026-03-11' }])).toThrow(refusal('day-in-the-future'));
  });

  it('announces its end, and goes on saying so while the child is there', () => {
    const left = (today: string) => shelterDaysLeft({ lastDay: '2026-03-14' }, today);
    expect([left('2026-03-11'), left('2026-03-12'), left('2026-03-14'), left('2026-03-17')]).toEqual([
      undefined,
      2,
      0,
      -3,
    ]);
    expect(
      shelterDaysLeft({ lastDay: '2026-03-14', ended: { on: '2026-03-12', reason: 'placed' } }, '2026-03-13'),
    ).toBeUndefined();
  });
});
