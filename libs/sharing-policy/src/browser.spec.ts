import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { DESCRIPTIONS } from '@liaison/contracts';
import * as here from './index';
import { sha256 } from './samples.test';

type Library = typeof here;

const root = resolve(__dirname, '../../..');
const folder = join(root, 'conventions');
const filesOf = (ending: RegExp, under = '') =>
  readdirSync(join(folder, under))
    .filter((name) => ending.test(name))
    .map((name) => ({ name, text: readFileSync(join(folder, under, name), 'utf8') }));

/** The library as a page would load it: one script, in a world that has the language and nothing of Node. */
function inABrowser(): Library {
  const script = execFileSync(
    join(root, 'node_modules/.bin/esbuild'),
    [
      join(__dirname, 'index.ts'),
      ...['--bundle', '--format=iife', '--global-name=policy', '--target=es2022', '--log-level=error'],
      // `node:*` does not resolve on this platform, so that an import of it fails here.
      ...['--platform=browser', '--conditions=@liaison/source'],
    ],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  // Readable; minified it is half of that. What validates classes would be two thirds more.
  expect(script.length).toBeLessThan(750_000);
  const world = createContext({});
  runInContext(script, world);
  expect(runInContext('[typeof process, typeof Buffer, typeof require, typeof setImmediate]', world)).toEqual(
    Array.from({ length: 4 }, () => 'undefined'),
  );
  return (world as { policy: Library }).policy;
}

/** Everything that the real conventions answer to the cases beside them, as text. */
function answersOf(library: Library): { readonly policy: string; readonly decisions: readonly string[] } {
  const policy = library.compilePolicy({
    conventions: filesOf(/\.v\d+\.yaml$/).map(({ name, text }) =>
      library.parseConvention(text, name, sha256),
    ),
    statutory: filesOf(/\.yaml$/, 'statutory').map(({ name, text }) => library.parseStatutory(text, name)),
    events: DESCRIPTIONS,
    sha256,
  });
  const cases = filesOf(/\.cases\.yaml$/).flatMap(({ name, text }) => library.parseCases(text, name));
  return {
    policy: policy.digest,
    decisions: cases.map(({ source, request }) => `${source} ${JSON.stringify(policy.decide(request))}`),
  };
}

it('decides in a browser as it does here: the same answers and digests to every case', () => {
  const browser = answersOf(inABrowser());
  const node = answersOf(here);
  expect(browser.decisions.length).toBeGreaterThan(100);
  expect(browser).toEqual(node);
});
