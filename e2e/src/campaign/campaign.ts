import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Accepted } from '../load';
import { type RoundResult, runRound } from './driver';
import { servicesOf, startLiaison } from './liaison-target';
import { type FaultKind, FAULTS, planRound } from './plan';
import { repeatCommand, reportRound } from './report';
import type { Settings } from './settings';
import { canMount } from './small-disk';
import type { Target } from './target';
import { startUsual, USUAL_FAULTS, USUAL_SERVICES } from './usual-target';

/** After so many rounds a new system: what it has accepted is checked in every later round. */
const ROUNDS_A_SYSTEM = 10;

/** Runs the rounds one after the other; after one that failed, on a new system, so that it does not fail the next. */
export async function runCampaign(
  settings: Settings,
  say: (line: string) => void,
): Promise<readonly RoundResult[]> {
  const { seed, brokers, against } = settings;
  const services = against === 'liaison' ? servicesOf(settings.services) : USUAL_SERVICES;
  const faults = availableFaults(settings, say);
  const results: RoundResult[] = [];
  let target: Target | undefined;
  let accepted: Accepted[] = [];
  try {
    for (let round = settings.first; round < settings.first + settings.rounds; round += 1) {
      if (!target) {
        const dataDir = mkdtempSync(join(tmpdir(), `liaison-campaign-${seed}-${round}-`));
        target = await (against === 'liaison'
          ? startLiaison({ dataDir, brokers, extent: settings.services })
          : startUsual({ dataDir, brokers }));
        accepted = [];
      }
      const plan = planRound(seed, round, { services, brokers, faults });
      const result = await runRound(target, { seed, round, plan }, accepted);
      results.push(result);
      say(reportRound(result));
      const failed = result.findings.length > 0;
      if (failed) say(`  logs: ${join(target.dataDir, 'logs')}\n  again: ${repeatCommand(settings, round)}`);
      // What a restore has lost is known for this round only.
      const restored = plan.some(({ fault }) => fault.kind === 'restore');
      if (failed || restored || results.length % ROUNDS_A_SYSTEM === 0) {
        const old: Target = target;
        target = undefined;
        await old.stop({ keepFolder: failed });
      }
    }
  } finally {
    await target?.stop({ keepFolder: false });
  }
  return results;
}

/** Those asked for, else all that can be done here. */
function availableFaults({ only, against }: Settings, say: (line: string) => void): readonly FaultKind[] {
  const possible = FAULTS.filter((it) => against === 'liaison' || USUAL_FAULTS.includes(it));
  const wanted = only.length > 0 ? possible.filter((it) => only.includes(it)) : possible;
  const faults = wanted.filter((it) => it !== 'disk-full' || (against === 'liaison' && canMount()));
  const missing = (only.length > 0 ? only : wanted).filter((it) => !faults.includes(it));
  if (missing.length > 0) say(`cannot be done here: ${missing.join(', ')}`);
  return faults;
}
