import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { tableLines, textLines, WIDTH } from './table';

const HOOK = join(__dirname, '..', '..', '..', '..', 'libs', 'testing', 'src', 'ts-hook.cjs');

const columns = [
  { title: 'field', width: 38 },
  { title: 'treatment', width: 18 },
  { title: 'rule', width: 33 },
  { title: 'article', width: 13 },
];

it('is plain text: a head, a rule, a line a row', () => {
  expect(tableLines(columns, [['contact.phone', 'withhold', 'police-prefecture/notice', 'RGPD 9']])).toEqual([
    `  field                                   treatment           rule                               article`,
    `  ${'-'.repeat(38)}  ${'-'.repeat(18)}  ${'-'.repeat(33)}  ${'-'.repeat(13)}`,
    `  contact.phone                           withhold            police-prefecture/notice           RGPD 9`,
  ]);
});

it('wraps what is too long, even within a word, and loses nothing of it', () => {
  const long = `${'abcdefghi '.repeat(12)}${'x'.repeat(130)}`;
  const lines = tableLines(columns, [['a.b', long, long, 'CPP 11, CPP 706-57, RGPD 5(1)(c)']]);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(WIDTH);
  expect(lines.join('').match(/x/g)).toHaveLength(260);
  expect(lines.join('')).not.toContain('…');
});

it('has no colour codes, whatever the terminal says', () => {
  const script = `console.log(require('./table').tableLines(${JSON.stringify(columns)}, [['a', 'b', 'c', 'd']]).join(''))`;
  const printed = execFileSync(process.execPath, ['-r', HOOK, '-e', script], {
    cwd: __dirname,
    encoding: 'utf8',
    // Looked up when a process begins.
    env: { ...process.env, FORCE_COLOR: '1' },
  });
  expect(printed).toContain('a');
  expect(printed).not.toContain('\u001b');
});

it('breaks text into lines that fit', () => {
  const text = 'It arrives. '.repeat(30).trim();
  const lines = textLines(text);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(WIDTH);
  expect(lines.map((line) => line.trim()).join(' ')).toBe(text);
});
