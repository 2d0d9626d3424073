import type { RoundResult } from './driver';
import { describeFault, type PlannedFault } from './plan';
import type { Settings } from './settings';

export interface Campaign {
  readonly seed: number;
  readonly against: string;
  readonly brokers: number;
  readonly rounds: readonly RoundResult[];
}

const sum = (steps: RoundResult['steps']): number => steps.reduce((all, { count }) => all + count, 0);
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** One round in a few lines. */
export function reportRound(result: RoundResult): string {
  const { round, plan, accepted, steps, hurtMs, settledMs, checkedMs, findings } = result;
  const verdict = findings.length === 0 ? 'ok' : `FAILED, ${findings.length} finding(s)`;
  const all =
    steps.length === 0
      ? `${accepted} accepted`
      : `${accepted} notices and ${sum(steps)} steps for children accepted`;
  const times = `${all}, hurt for ${seconds(hurtMs)}, settled after ${seconds(settledMs)}, checked in ${seconds(checkedMs)}`;
  return [
    `round ${round}: ${verdict}; ${times}`,
    ...plan.map((it) => `    ${reportFault(it)}`),
    ...findings.map((finding) => `  - ${finding.replaceAll('\n', '\n    ')}`),
  ].join('\n');
}

function reportFault({ fault, afterMs, forMs }: PlannedFault): string {
  return `${describeFault(fault)}, after ${seconds(afterMs)} for ${seconds(forMs)}`;
}

/** How to do a round again. Its faults are the same; where exactly they hit is up to the machine. */
export function repeatCommand(
  {
    seed,
    against,
    brokers,
    only,
    services,
  }: Pick<Settings, 'seed' | 'against' | 'brokers' | 'only' | 'services'>,
  round: number,
): string {
  const options = [
    `--seed ${seed} --first ${round} --rounds 1 --brokers ${brokers}`,
    ...(only.length > 0 ? [`--only ${only.join(',')}`] : []),
    ...(against === 'liaison' ? [`--services ${services}`] : [`--against ${against}`]),
  ];
  return `npm run campaign -- ${options.join(' ')}`;
}

export function reportCampaign({ seed, against, brokers, rounds }: Campaign): string {
  const failed = rounds.filter(({ findings }) => findings.length > 0);
  const accepted = rounds.reduce((sum, round) => sum + round.accepted, 0);
  const kinds = new Map<string, number>();
  for (const { fault } of rounds.flatMap(({ plan }) => plan))
    kinds.set(fault.kind, (kinds.get(fault.kind) ?? 0) + 1);
  const faults = [...kinds].sort(([a], [b]) => a.localeCompare(b)).map(([kind, count]) => `${kind} ${count}`);
  const where = `${against}, ${brokers} broker(s), seed ${seed}`;
  const steps = new Map<string, number>();
  for (const { step, count } of rounds.flatMap((round) => round.steps)) {
    steps.set(step, (steps.get(step) ?? 0) + count);
  }
  return [
    `${rounds.length} rounds (${where}): ${rounds.length - failed.length} ok, ${failed.length} failed; ${accepted} notices accepted`,
    `faults: ${faults.join(', ')}`,
    ...(steps.size > 0
      ? [`for children: ${[...steps].map(([step, count]) => `${step} ${count}`).join(', ')}`]
      : []),
  ].join('\n');
}
