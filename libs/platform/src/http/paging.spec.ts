import fc from 'fast-check';
import { decodeCursor, encodeCursor, isDayPosition, isInstant, isInstantPosition, pageOf } from './paging';

const isId = (value: unknown): value is number => typeof value === 'number';

describe('paging', () => {
  it('walks a list once, in order, whatever its length and the limit', () => {
    fc.assert(
      fc.property(fc.nat({ max: 30 }), fc.integer({ min: 1, max: 10 }), (length, limit) => {
        const all = Array.from({ length }, (_, id) => id);
        const seen: number[] = [];
        let cursor: string | null = null;
        do {
          const after: number = cursor === null ? -1 : decodeCursor(cursor, isId);
          const rows = all.filter((id) => id > after).slice(0, limit + 1);
          const page = pageOf(
            rows,
            limit,
            (id) => id,
            (id) => id,
          );
          expect(page.items.length).toBeLessThanOrEqual(limit);
          seen.push(...page.items);
          cursor = page.next;
        } while (cursor !== null);
        expect(seen).toEqual(all);
      }),
    );
  });

  it('gives back the position that it encoded, in characters that a URL may hold', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const cursor = encodeCursor(value as never);
        expect(cursor).toMatch(/^[\w-]*$/);
        expect(JSON.stringify(decodeCursor(cursor, (_): _ is never => true))).toBe(JSON.stringify(value));
      }),
    );
  });

  it('takes for a day or an instant what the database does', () => {
    const id = '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20';
    fc.assert(
      fc.property(fc.date({ min: new Date(0), noInvalidDate: true }), (at) => {
        if (at.getUTCFullYear() > 9999) return;
        const iso = at.toISOString();
        expect(isInstantPosition([iso, id])).toBe(true);
        expect(isInstant(`${iso.slice(0, 10)} 23:59:59.123456+00`)).toBe(true);
        expect(isDayPosition([iso.slice(0, 10), id])).toBe(true);
      }),
    );
    for (const wrong of ['1', 'Mon', '2026-02-31', '2026-13-01', '0000-01-01', '+275760-09-13', '']) {
      expect([isDayPosition([wrong, id]), isInstant(wrong), isInstant(`${wrong}T10:00:00Z`)]).toEqual([
        false,
        false,
        false,
      ]);
    }
    expect(isInstant('2026-02-01T24:00:00Z')).toBe(false);
  });

  it('refuses what it did not make', () => {
    const refused = expect.objectContaining({ code: 'cursor-invalid' }) as Error;
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => decodeCursor(text, (_): _ is never => false)).toThrow(refused);
      }),
    );
    expect(() => decodeCursor(encodeCursor('x'), isId)).toThrow(refused);
  });
});
