import { spawnSync } from 'node:child_process';
import { WIDTH } from './table';
import { commandLines } from './try-next';

const lines = commandLines(
  {
    issuer: 'http://127.0.0.1:65000',
    police: 'http://127.0.0.1:65001',
    prefecture: 'http://127.0.0.1:65002',
    auditLog: 'http://127.0.0.1:65003',
  },
  {
    noticeId: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20',
    receivedId: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b21',
    sender: 'police-75',
    reference: 'c0f4d7a2-3b1e-4e69-8a57-d2c4b6f8e013',
  },
);

it('fits the terminal', () => {
  expect(lines.filter((line) => line.length > WIDTH)).toEqual([]);
});

it('is a script that a plain shell can read', () => {
  const { status, stderr } = spawnSync('sh', ['-n'], { input: lines.join('\n'), encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
