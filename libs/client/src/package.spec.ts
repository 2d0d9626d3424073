import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, '..');

it('is published as it was built, with its types, and without its tests and sources', () => {
  const answer = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [packed] = JSON.parse(answer) as [{ readonly files: readonly { readonly path: string }[] }];
  const files = packed.files.map(({ path }) => path);
  expect(files).toEqual(
    expect.arrayContaining(['package.json', 'README.md', 'dist/index.js', 'dist/index.d.ts']),
  );
  expect(
    files.filter((path) => !/^(package\.json|README\.md|dist\/[\w/-]+\.(js|d\.ts))$/.test(path)),
  ).toEqual([]);
  expect(existsSync(join(folder, 'dist', 'generated', 'police.d.ts'))).toBe(true);
});
