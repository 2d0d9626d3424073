import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICE_FLAGS } from '@liaison/local-stack';

const root = join(__dirname, '..');
const build = () => execFileSync(process.execPath, [join(root, 'tools/build.cjs')], { stdio: 'pipe' });
const built = () =>
  ['dist/services.js', 'libs/kernel/dist/index.js'].map((file) => statSync(join(root, file)).mtimeMs);

describe('the build', () => {
  it('leaves alone what is built already: processes run from it', () => {
    build();
    const before = built();
    build();
    expect(built()).toEqual(before);
  });

  it('compiles the services for the flags that they are started with', () => {
    build();
    const args = [...SERVICE_FLAGS, '--print', "require('./dist/start.js').fromCache"];
    expect(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })).toBe('true\n');
  });
});
