import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithOwnKafka } from '@liaison/testing';
import { runCampaign } from './campaign';
import { runRound } from './driver';
import type { PlannedFault } from './plan';
import { reportRound } from './report';
import type { Settings } from './settings';
import { startUsual } from './usual-target';

const CASE_MS = 400_000;
const settings: Settings = {
  seed: 20_261_122,
  first: 1,
  rounds: 3,
  brokers: 1,
  // Quick ones, possible everywhere, so that the plan is the same everywhere.
  only: [
    'kill-service',
    'pause-service',
    'kill-broker',
    'kill-backend',
    'stall',
    'cut',
    'half-close',
    'clock-step',
  ],
  against: 'liaison',
  services: 'line',
  json: false,
};

describeWithOwnKafka('the fault campaign, in short', () => {
  test(
    'Liaison: whatever is done to it, everything accepted is delivered once, in order, with both records',
    async () => {
      const said: string[] = [];
      const rounds = await runCampaign(settings, (line) => said.push(line));
      expect({ findings: rounds.flatMap(({ findings }) => findings), said }).toEqual({ findings: [], said });
      expect(rounds).toHaveLength(settings.rounds);
      for (const { accepted, plan } of rounds) {
        expect(accepted).toBeGreaterThan(0);
        expect(plan.length).toBeGreaterThan(0);
      }
    },
    CASE_MS,
  );

  test(
    'what most teams write: the same round finds that accepted notices are lost',
    async () => {
      const dataDir = mkdtempSync(join(tmpdir(), 'liaison-campaign-usual-'));
      const target = await startUsual({ dataDir, brokers: 1 });
      try {
        // What it has accepted and not sent is in its memory alone.
        const plan: PlannedFault[] = [
          { fault: { kind: 'kill-broker', broker: 0 }, afterMs: 500, forMs: 3000 },
          { fault: { kind: 'kill-service', service: 'sender' }, afterMs: 2500, forMs: 200 },
        ];
        const result = await runRound(target, { seed: 0, round: 1, plan }, []);
        expect(reportRound(result)).toMatch(/LOST/);
      } finally {
        await target.stop({ keepFolder: false });
      }
    },
    CASE_MS,
  );
});
