import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
type Manifest = Record<'scripts' | 'dependencies' | 'devDependencies', Record<string, string>>;
const manifest = JSON.parse(read('package.json')) as Manifest;
const published = JSON.parse(read('libs/client/package.json')) as Manifest;

const all = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].flatMap((match) => match[1] ?? [])),
];

/** npm scripts that a page names, in code blocks and in the text. */
const scriptsIn = (text: string): string[] => [
  ...all(text, /npm run (?:--silent )?([a-z:]+)/g),
  ...all(text, /npm (start|test)\b/g),
];

/** Paths in backticks (a first segment that the repository has, no placeholder) and targets of links. */
const pathsIn = (page: string, text: string): string[] => [
  ...all(text, /`((?:apps|libs|deploy|docs|tools|e2e|bench|conventions|config|\.ci)(?:\/[\w.@/-]*)?)`/g),
  ...all(text, /\]\((?!https?:|#)([^)#]+)/g).map((target) => join(dirname(page), target)),
];

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/architecture.md',
  'docs/dependencies.md',
  'docs/operations.md',
];

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('names only npm scripts that exist', () => {
    expect(scriptsIn(text).filter((name) => !(name in manifest.scripts))).toEqual([]);
  });

  it('names only files and folders that exist', () => {
    expect(pathsIn(page, text).filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

it('README.md has the two commands as code blocks', () => {
  const blocks = all(read('README.md'), /```sh\n([\s\S]*?)```/g).map((block) => block.trim());
  expect(blocks).toEqual(['npm start', 'npm test']);
});

it('docs/dependencies.md has a line for each dependency and no other', () => {
  const listed = all(read('docs/dependencies.md'), /^\| `([^`]+)`/gm);
  const { dependencies, devDependencies } = manifest;
  const used = [dependencies, devDependencies, published.dependencies].flatMap((it) => Object.keys(it));
  expect(listed.sort()).toEqual(used.sort());
});
