import type { RoundResult } from './driver';
import { repeatCommand, reportCampaign, reportRound } from './report';
import { readSettings } from './settings';

const good: RoundResult = {
  seed: 5,
  round: 2,
  plan: [{ fault: { kind: 'kill-service', service: 'police' }, afterMs: 1200, forMs: 800 }],
  accepted: 31,
  steps: [],
  hurtMs: 2000,
  settledMs: 3100,
  checkedMs: 900,
  findings: [],
};

test('a round: its verdict, its times, its faults, and what was found', () => {
  expect(reportRound(good)).toBe(
    'round 2: ok; 31 accepted, hurt for 2.0 s, settled after 3.1 s, checked in 0.9 s\n' +
      '    kill-service police, after 1.2 s for 0.8 s',
  );
  expect(reportRound({ ...good, findings: ['a\nb'] })).toMatch(
    /^round 2: FAILED, 1 finding[^]*\n {2}- a\n {4}b$/,
  );
});

test('a campaign: how many failed, and how often each fault was', () => {
  const rounds = [good, { ...good, round: 3, findings: ['lost'] }];
  expect(reportCampaign({ seed: 5, against: 'liaison', brokers: 3, rounds })).toBe(
    '2 rounds (liaison, 3 broker(s), seed 5): 1 ok, 1 failed; 62 notices accepted\nfaults: kill-service 2',
  );
});

test('the command that repeats a round is one that the settings understand', () => {
  const command = repeatCommand(
    { seed: 5, against: 'liaison', brokers: 3, only: ['cut'], services: 'line' },
    7,
  );
  const [, options = ''] = command.split('npm run campaign -- ');
  expect(readSettings(options.split(' '))).toEqual({
    seed: 5,
    first: 7,
    rounds: 1,
    brokers: 3,
    only: ['cut'],
    against: 'liaison',
    services: 'line',
    json: false,
  });
});

test.each([
  ['--brokers', '2', /one of 1, 3/],
  ['--only', 'earthquake', /one of kill-service/],
  ['--rounds', '0', /whole number from 1/],
  ['--seed', 'x', /whole number from 0/],
])('%s %s is refused with what it may be', (option, value, message) => {
  expect(() => readSettings([option, value])).toThrow(message);
});

test('without a seed one is drawn', () => {
  expect(readSettings([]).seed).not.toBe(readSettings([]).seed);
});
