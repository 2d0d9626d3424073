import type { Ground } from '../permit/permit';

/** Who holds the records sees exact figures; whoever else gets none below this (R34). */
export const SMALLEST_RELEASED = 11;

export const KINDS = ['resident', 'temporary'] as const;
export type CountedKind = (typeof KINDS)[number];
export const APPLICATIONS = ['first', 'renewal'] as const;

/** Permits under L.316-1, the article of the sources' table, and under L.425-1 and L.425-3 that followed it. */
export const COUNTED_GROUNDS: readonly Ground[] = ['cooperation', 'final-conviction'];

/** Null: hidden. */
export type Count = number | null;

export interface Line {
  readonly first: Count;
  readonly renewal: Count;
  readonly total: Count;
}

export interface PermitYear {
  readonly year: number;
  readonly resident: Line;
  readonly temporary: Line;
  readonly total: Line;
}

export interface Granted {
  readonly year: number;
  readonly kind: CountedKind;
  readonly renewal: boolean;
  readonly count: number;
}

/** One year after the other, as report S2 (3.4) has them: by kind, first and renewal, with their sums. */
export function permitTable(granted: readonly Granted[], from: number, to: number): PermitYear[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const year = from + index;
    const count = (kind: CountedKind, renewal: boolean) =>
      granted
        .filter((row) => row.year === year && row.kind === kind && row.renewal === renewal)
        .reduce((sum, row) => sum + row.count, 0);
    return yearOf(year, (kind, application) => count(kind, application === 'renewal'));
  });
}

/**
 * The same table for anybody else. A count under 11 is hidden, and so is every sum that has a hidden part: what is
 * shown is nothing but the counts that may be shown and sums of those. So no total, and no two tables of the same
 * records, give a hidden count back. It hides more sums than the least that would do.
 */
export function releasedTable(table: readonly PermitYear[]): PermitYear[] {
  return table.map((exact) =>
    yearOf(exact.year, (kind, application) => {
      const count = exact[kind][application];
      return count !== null && count >= SMALLEST_RELEASED ? count : null;
    }),
  );
}

function yearOf(
  year: number,
  countOf: (kind: CountedKind, application: (typeof APPLICATIONS)[number]) => Count,
): PermitYear {
  const line = (kind: CountedKind): Line => {
    const [first, renewal] = [countOf(kind, 'first'), countOf(kind, 'renewal')];
    return { first, renewal, total: sum([first, renewal]) };
  };
  const [resident, temporary] = [line('resident'), line('temporary')];
  const lines = [resident, temporary];
  const total = {
    first: sum(lines.map(({ first }) => first)),
    renewal: sum(lines.map(({ renewal }) => renewal)),
    total: sum(lines.map((each) => each.total)),
  };
  return { year, resident, temporary, total };
}

/** Hidden as soon as one part is. */
const sum = (parts: readonly Count[]): Count =>
  parts.reduce((all, part) => (all === null || part === null ? null : all + part), 0);
