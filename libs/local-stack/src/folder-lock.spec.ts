import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockFolder } from './folder-lock';
import { startOf } from './process-table';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'liaison-lock-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('one at a time, and free again after it is given back', () => {
  const release = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'already-running' }));
  release();
  expect(existsSync(join(folder, 'lock'))).toBe(false);
  lockFolder(folder)();
  expect(readdirSync(folder)).toEqual([]);
});

test('a lock whose process has ended is taken over', async () => {
  const ended = spawn(process.execPath, ['-e', '0']);
  await new Promise((resolve) => ended.once('exit', resolve));
  writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: ended.pid, start: '12345' }));
  lockFolder(folder)();
});

test('a lock whose pid another process has now is taken over', () => {
  writeFileSync(
    join(folder, 'lock'),
    JSON.stringify({ pid: process.pid, start: `${startOf(process.pid)}0` }),
  );
  lockFolder(folder)();
});

test.each(['', 'garbage', '{"pid":"x"}'])('a lock that says %j is taken over', (content) => {
  writeFileSync(join(folder, 'lock'), content);
  lockFolder(folder)();
});
