/** The same rules for every contestant: who asks for which recipient, and what is known of the case. */
export interface Question {
  /** Number of the recipient, and of the convention that names it. */
  readonly recipient: number;
  readonly competent: boolean;
  readonly minor: boolean;
  readonly protectedAddress: boolean;
}

export const FIELDS = Array.from({ length: 30 }, (_, index) => `field${index}`);
/** Released to whoever is competent. */
const RELEASED = FIELDS.slice(0, 24);
/** Of these, withheld of a minor. */
export const NOT_OF_MINORS = FIELDS.slice(4, 8);
/** Of these, withheld while the address is protected. */
export const ADDRESS = FIELDS.slice(12, 18);
/** What a convention names, in one rule. */
export const NAMED = RELEASED.filter((field) => !NOT_OF_MINORS.includes(field) && !ADDRESS.includes(field));

export const QUESTIONS: readonly Question[] = [0, 1, 2, 3].flatMap((facts) =>
  [true, false].map((competent) => ({
    recipient: 10 + facts,
    competent,
    minor: (facts & 1) === 1,
    protectedAddress: (facts & 2) === 2,
  })),
);

/** Fields that are released, in their order: what all contestants have to agree on. */
export type Answer = (question: Question) => readonly string[];

/** The rules written out by hand. */
export function closure(): Answer {
  const isOfMinors = new Set(NOT_OF_MINORS);
  const isAddress = new Set(ADDRESS);
  return ({ competent, minor, protectedAddress }) => {
    const open: string[] = [];
    if (!competent) return open;
    for (const field of RELEASED) {
      if (minor && isOfMinors.has(field)) continue;
      if (protectedAddress && isAddress.has(field)) continue;
      open.push(field);
    }
    return open;
  };
}

/** Answers a second, over all questions in turn. */
export function rateOf(ask: (question: Question) => unknown, ms: number): number {
  const run = (until: number) => {
    let asked = 0;
    const started = performance.now();
    do {
      for (const question of QUESTIONS) ask(question);
      asked += QUESTIONS.length;
    } while (performance.now() - started < until);
    return (asked * 1000) / (performance.now() - started);
  };
  run(ms / 4);
  return run(ms);
}
