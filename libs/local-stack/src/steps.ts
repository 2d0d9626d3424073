/** Where progress goes; a line without its newline. */
export type Report = (line: string) => void;

/** Runs one named step and reports `name … 1.2 s`. */
export async function step<T>(name: string, run: () => Promise<T>, report: Report = console.log): Promise<T> {
  const start = performance.now();
  const seconds = (): string => `${((performance.now() - start) / 1000).toFixed(1)} s`;
  const waiting = setTimeout(() => report(`${name} …`), 2000);
  try {
    const result = await run();
    report(`${name} … ${seconds()}`);
    return result;
  } catch (error) {
    report(`${name} … failed after ${seconds()}`);
    throw error;
  } finally {
    clearTimeout(waiting);
  }
}
