import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Where a test has to stand, and what is said openly where none does. */
const OVER_KAFKA = 'HTTP, Kafka';
const TESTED = ['HTTP', 'HTTP, Kafka on demand', OVER_KAFKA];
const UNTESTED = ['People'];

const statutes = readdirSync(join(root, 'conventions', 'statutory')).map((name) => name.slice(0, 3));
const rows = [
  ...read('docs/rules-and-tests.md').matchAll(/^\| (?!-|Rule )([^|]+)\|([^|]*)\|([^|]*)\|([^|]*)\|$/gm),
].map(([, rule = '', held = '', where = '', title = '']) => ({
  rule: rule.trim(),
  held: held.trim(),
  where: where.trim().replaceAll('`', ''),
  title: title.trim(),
}));

describe('docs/rules-and-tests.md', () => {
  it('has each rule of the statutes, once', () => {
    const named = rows.map(({ rule }) => rule).filter((rule) => /^R\d\d$/.test(rule));
    expect(named).toEqual([...statutes].sort());
  });

  it.each(rows)('$rule: $held', ({ held, where, title }) => {
    expect([...TESTED, ...UNTESTED]).toContain(held);
    if (UNTESTED.includes(held)) {
      expect([where, title]).toEqual(['', '']);
      return;
    }
    expect(title).not.toBe('');
    expect(read(where)).toContain(title);
    if (held === OVER_KAFKA) expect(runsOverKafka(where)).toBe(true);
  });
});

/** By itself, or as a part of the straight line. */
function runsOverKafka(where: string): boolean {
  const line = read('e2e/src/straight-line.spec.ts');
  const part = /^e2e\/src\/([\w-]+)\.ts$/.exec(where)?.[1] ?? '';
  return [where, ...(line.includes(`from './${part}'`) ? ['e2e/src/straight-line.spec.ts'] : [])].some(
    (file) => /describe(?:WithOwnKafka|OnBothBrokers)\(/.test(read(file)),
  );
}
