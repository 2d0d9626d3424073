import { type Report, step } from '@liaison/local-stack';

/** Runs and times one part of a walkthrough, then says what it showed. */
export type Part = <T>(title: string, run: () => Promise<T>, lines: (shown: T) => string[]) => Promise<T>;

/** @param seconds gets the time of each part, by its title */
export const partsSaidTo =
  (say: Report, seconds: Record<string, number>): Part =>
  async (title, run, lines) => {
    const start = performance.now();
    say('');
    const shown = await step(title, run, say);
    seconds[title] = Math.round(performance.now() - start) / 1000;
    for (const line of lines(shown)) say(line);
    return shown;
  };
