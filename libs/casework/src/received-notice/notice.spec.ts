import fc from 'fast-check';
import {
  acknowledgeBy,
  type AcknowledgeNotice,
  ACKNOWLEDGING_ROLES,
  decide,
  evolve,
  type Notice,
  type NoticeEvent,
} from './notice';

const AT = new Date('2026-11-18T10:00:00.000Z');
const command = (overrides: Partial<AcknowledgeNotice> = {}): AcknowledgeNotice => ({
  at: AT,
  unit: 'desk',
  roles: ['desk'],
  deciders: ['desk', 'supervisor'],
  ...overrides,
});
const received = (recipientVersion = 1): NoticeEvent => ({ type: 'received', recipientVersion });
const acknowledged: NoticeEvent = {
  type: 'acknowledged',
  acknowledgement: { acknowledgedAt: AT.toISOString(), role: 'desk', unit: 'desk', recipientVersion: 1 },
};

/** Given these events, when the command comes: the event that follows, or the code of the refusal. */
function given(...events: NoticeEvent[]) {
  const notice = events.reduce(evolve, undefined as Notice | undefined) as Notice;
  return {
    when: (acknowledge: AcknowledgeNotice) => {
      try {
        return decide(notice, acknowledge);
      } catch (error) {
        return (error as { code: string }).code;
      }
    },
  };
}

describe('acknowledging a notice', () => {
  it('is an event with role, unit, instant and version', () => {
    expect(given(received(3)).when(command())).toEqual({
      type: 'acknowledged',
      acknowledgement: { acknowledgedAt: AT.toISOString(), role: 'desk', unit: 'desk', recipientVersion: 3 },
    });
  });

  it('happens once', () => {
    expect(given(received(), acknowledged).when(command())).toBe('notice-already-acknowledged');
  });

  it('takes the role that is named, if the caller has it', () => {
    const both = ['supervisor', 'desk', 'caseworker'];
    expect(given(received()).when(command({ roles: both, role: 'supervisor' }))).toMatchObject({
      acknowledgement: { role: 'supervisor' },
    });
    expect(given(received()).when(command({ roles: ['desk'], role: 'supervisor' }))).toBe('role-missing');
  });

  it('raises the version and keeps the instant', () => {
    const notice = [received(2), acknowledged].reduce(evolve, undefined as Notice | undefined);
    expect(notice).toMatchObject({ state: 'acknowledged', version: 2, acknowledgedAt: AT.toISOString() });
  });

  it('never happens without a role that may, and never names a role that the caller has not', () => {
    const roles = fc.subarray(['caseworker', 'supervisor', 'officer', 'desk', 'dpo', 'operator']);
    const deciders = fc.subarray([...ACKNOWLEDGING_ROLES]);
    const role = fc.option(fc.constantFrom(...ACKNOWLEDGING_ROLES), { nil: undefined });
    fc.assert(
      fc.property(roles, deciders, role, fc.integer({ min: 1, max: 99 }), (own, those, named, version) => {
        const asked = command({ roles: own, deciders: those, ...(named && { role: named }) });
        const answer = given(received(version)).when(asked);
        const may: readonly string[] = those.filter((each) => own.includes(each));
        if (typeof answer === 'string') return named ? !may.includes(named) : may.length === 0;
        const { role: taken, recipientVersion } = answer.acknowledgement;
        return may.includes(taken) && (named ?? taken) === taken && recipientVersion === version;
      }),
    );
  });

  it('is refused ever after, whoever asks and whenever', () => {
    const later = fc.record({
      at: fc.date({ noInvalidDate: true }),
      unit: fc.string(),
      roles: fc.constant(['desk', 'supervisor']),
      deciders: fc.constant(['desk', 'supervisor'] as const),
    });
    fc.assert(
      fc.property(
        later,
        (again) => given(received(), acknowledged).when(again) === 'notice-already-acknowledged',
      ),
    );
  });
});

describe('the day by which to acknowledge', () => {
  const due = (from: string, value: string) =>
    acknowledgeBy(new Date(from), [
      { kind: 'keep-no-longer-than', value: 'P5Y', rule: 'r' },
      { kind: 'acknowledge-within', value, rule: 'r' },
    ])?.toISOString();

  it.each([
    ['2026-11-18T10:00:00.000Z', 'P3D', '2026-11-21T10:00:00.000Z'],
    ['2026-12-30T23:30:00.000Z', 'P3D', '2027-01-02T23:30:00.000Z'],
    ['2026-01-31T10:00:00.000Z', 'P1M', '2026-02-28T10:00:00.000Z'],
    ['2024-02-29T10:00:00.000Z', 'P1Y', '2025-02-28T10:00:00.000Z'],
    ['2026-11-18T10:00:00.000Z', 'P1W', '2026-11-25T10:00:00.000Z'],
    ['2026-11-18T10:00:00.000Z', 'PT36H30M', '2026-11-19T22:30:00.000Z'],
  ])('%s plus %s', (from, value, to) => expect(due(from, value)).toBe(to));

  it('is nothing without the duty', () => {
    expect(acknowledgeBy(AT, [{ kind: 'no-onward-sharing', value: 'true', rule: 'r' }])).toBeUndefined();
    expect(acknowledgeBy(AT, [])).toBeUndefined();
  });

  it('is never before the receipt', () => {
    const instant = fc.date({
      min: new Date('2000-01-01'),
      max: new Date('2090-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(
        instant,
        fc.integer({ min: 0, max: 400 }),
        fc.constantFrom('D', 'W', 'M', 'Y'),
        (at, n, unit) => {
          const by = acknowledgeBy(at, [{ kind: 'acknowledge-within', value: `P${n}${unit}`, rule: 'r' }]);
          return by !== undefined && by >= at && (n > 0 || by.getTime() === at.getTime());
        },
      ),
    );
  });
});
