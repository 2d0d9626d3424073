import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import {
  DENIAL_CODES,
  EFFECTS,
  FACTS,
  GENERALISATIONS,
  GROUNDS,
  OBLIGATIONS,
  RELATIONS,
  SET_FACTS,
  TREATMENTS,
} from '@liaison/sharing-policy';
import { compile, readSet } from './convention-set';
import { decideAll } from './decide';

const docs = join(__dirname, '../../../../docs');
const guide = readFileSync(join(docs, 'conventions.md'), 'utf8');
const examples = [...guide.matchAll(/<!-- explain: (\S+) -->\n\n```text\n([\s\S]*?)\n```/g)].map(
  ([, file = '', text = '']) => ({ file, shown: text.split('\n') }),
);

async function explained(file: string): Promise<string[]> {
  const parts: string[] = [];
  const output = new Writable({
    write(chunk, _encoding, done) {
      parts.push(String(chunk));
      done();
    },
  });
  const input = Readable.from([readFileSync(join(docs, file))]);
  await decideAll(compile(readSet([])), input, output, { json: false, now: () => new Date(0) });
  return parts.join('').trimEnd().split('\n');
}

/** Lines that are not printed where they are shown; `…` stands for one or more that are left out. */
function astray(real: readonly string[], shown: readonly string[]): string[] {
  let next = 0;
  let leftOut = false;
  const wrong: string[] = [];
  for (const line of [...shown, undefined]) {
    if (line?.trim() === '…') leftOut = true;
    else {
      const end = line === undefined ? real.length : real.indexOf(line, next);
      if (end === -1 || end > next !== leftOut) wrong.push(line ?? 'the end');
      if (end !== -1) next = end + 1;
      leftOut = false;
    }
  }
  return wrong;
}

describe('the guide to conventions', () => {
  it('has three worked examples, and one that differs from another in one fact', () => {
    expect(examples).toHaveLength(4);
  });

  it.each(examples)('shows what explain prints for $file', async ({ file, shown }) => {
    // Where this fails, either the guide is out of date or a convention says something new: read which, then correct it.
    expect(astray(await explained(file), shown)).toEqual([]);
  });

  it.each<[string, readonly string[]]>([
    ['facts', [...Object.keys(FACTS), ...Object.keys(SET_FACTS)]],
    ['treatments', TREATMENTS],
    ['generalisations', GENERALISATIONS],
    ['obligations', [...OBLIGATIONS, 'only-roles']],
    ['relations', RELATIONS],
    ['grounds and effects', [...GROUNDS, ...EFFECTS]],
    ['codes of denial', DENIAL_CODES],
  ])('names all %s of the language', (_, names) => {
    expect(names.filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  });
});
