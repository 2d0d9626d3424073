import fc from 'fast-check';
import { AUDIT_RECORDED_TYPES } from '../events/audit-recorded.v2';
import { EVENT_TYPES } from '../registry';
import { CAUSES, CAUSING_CONTENT, CONTENT, type Effect } from './causes';

const effectsOf = (type: string, bounds: readonly Effect['bound'][]) =>
  (CAUSES.get(type) ?? []).filter(({ bound }) => bounds.includes(bound)).map(({ type: effect }) => effect);

describe('what causes what', () => {
  it('is a closed table: every protocol event stands in it, content that causes content, and nothing else', () => {
    const protocol = EVENT_TYPES.filter((eventType) => eventType.protocol).map(({ type }) => type);
    expect([...CAUSES.keys()].sort()).toEqual(
      [CONTENT, ...CAUSING_CONTENT, ...AUDIT_RECORDED_TYPES, ...protocol].sort(),
    );
    for (const effects of CAUSES.values()) {
      for (const { type } of effects) expect([...CAUSES.keys()]).toContain(type);
    }
  });

  it('never lets one event cause others without end, whatever is caused at every step', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CAUSES.keys()),
        fc.infiniteStream(fc.nat({ max: 10 })),
        (start, choices) => {
          let type = start;
          for (let steps = 0; ; steps += 1) {
            const effects = effectsOf(type, ['once']);
            if (effects.length === 0) return;
            expect(steps).toBeLessThan(CAUSES.size);
            const choice = Number(choices.next().value) % effects.length;
            type = effects[choice] ?? '';
          }
        },
      ),
    );
  });

  it('has cycles only through the clock', () => {
    const reaches = (from: string, bounds: readonly Effect['bound'][]): ReadonlySet<string> => {
      const reached = new Set<string>();
      const visit = (type: string) => {
        for (const effect of effectsOf(type, bounds)) {
          if (reached.has(effect)) continue;
          reached.add(effect);
          visit(effect);
        }
      };
      visit(from);
      return reached;
    };
    const onCycle = (bounds: readonly Effect['bound'][]) =>
      [...CAUSES.keys()].filter((type) => reaches(type, bounds).has(type));
    expect(onCycle(['once'])).toEqual([]);
    expect(onCycle(['once', 'timed'])).not.toEqual([]);
  });

  it('acknowledges no acknowledgement and no request', () => {
    expect(CAUSES.get('liaison.delivery.acknowledged.v1')).toEqual([]);
    const requested = CAUSES.get('liaison.delivery.gap-requested.v1')?.map(({ type }) => type);
    expect(requested).not.toContain('liaison.delivery.acknowledged.v1');
    expect(requested).not.toContain('liaison.delivery.gap-requested.v1');
  });
});
