import { operationsOf } from '@liaison/platform';
import { DENIAL_CODES } from '@liaison/sharing-policy';
import type { OpenAPIObject } from '@nestjs/swagger';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const documents = readdirSync(join(root, 'docs', 'openapi')).map((file) => read(`docs/openapi/${file}`));
const operations = documents.flatMap((text) =>
  operationsOf<object>(JSON.parse(text) as OpenAPIObject).map(([name]) => anonymous(name)),
);

/** Pages number their parameters as they like: `:id`, `{id}`, `{peer}`. */
function anonymous(path: string): string {
  return path.replace(/\{\w+\}|:\w+/g, '{}');
}

/** Words in backticks of a page, without its code blocks. */
const spansOf = (page: string): string[] =>
  [...page.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);

describe.each(['integrating.md', 'desk.md', 'changes-and-webhooks.md'])('docs/%s', (page) => {
  it('names only operations that a service has', () => {
    const named = spansOf(read(`docs/${page}`)).flatMap((span) => {
      const [, method, path] = /^(?:(GET|PUT|POST|DELETE) )?((?:\/v1|…)\/[^\s?]*)/.exec(span) ?? [];
      return path === undefined ? [] : [{ span, method, path: anonymous(path).replace('…', '') }];
    });
    expect(named.length).toBeGreaterThan(0);
    const unknown = named.filter(
      ({ method, path }) =>
        !operations.some((it) => it.endsWith(path) && (method === undefined || it.startsWith(`${method} `))),
    );
    expect(unknown.map(({ span }) => span)).toEqual([]);
  });
});

describe('docs/integrating.md', () => {
  const page = read('docs/integrating.md');

  it('shows what runs: its examples are parts of e2e/src/integrating.ts', () => {
    const examples = [...page.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);
    expect(examples.length).toBeGreaterThan(3);
    const source = read('e2e/src/integrating.ts');
    expect(examples.filter((code) => !source.includes(code))).toEqual([]);
    expect([...page.matchAll(/```(?!ts\n)\w+/g)].map(([fence]) => fence)).toEqual([]);
  });

  it('names only codes that a service gives', () => {
    const codes = spansOf(page).filter((span) => /^[a-z]+(-[a-z]+)+$/.test(span));
    expect(codes.length).toBeGreaterThan(3);
    const dispatch = read('libs/casework/src/policy/agency-policy.ts');
    const known = [...documents, DENIAL_CODES.join(' '), dispatch];
    expect(codes.filter((code) => !known.some((text) => text.includes(code)))).toEqual([]);
  });
});
