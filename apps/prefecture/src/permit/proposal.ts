import type { Day } from '../law/days';
import { citation, findText } from '../law/law';
import { type Ground, GROUNDS, kindOf, type Permit, type PermitKind } from './permit';

/** What the file says of the person's situation; absent means that nobody has said. Days are legal days. */
export interface Situation {
  readonly complaintOn?: Day;
  readonly testimonyOn?: Day;
  readonly linksBroken?: boolean;
  readonly fearOfReprisals?: boolean;
  /** Elements that show the situation of a victim, and efforts to reintegrate (S2 1.2). */
  readonly victimElements?: boolean;
  readonly reintegrationEfforts?: boolean;
  /** The exit path of CASF L121-9 was authorised, and prostitution has ceased. */
  readonly exitPathOn?: Day;
  readonly prostitutionCeased?: boolean;
  readonly publicOrderThreat?: boolean;
}

export const CONDITIONS = [
  'complaint-or-testimony',
  'links-broken',
  'proceedings-not-over',
  'fear-of-reprisals',
  'victim-elements',
  'reintegration-efforts',
  'exit-path-authorised',
  'prostitution-ceased',
  'final-conviction',
  'no-public-order-threat',
] as const;
export type Condition = (typeof CONDITIONS)[number];

/** What the law would give, for a person to decide. */
export interface Proposal {
  readonly ground: Ground;
  readonly kind: PermitKind;
  readonly article: string;
  /** Every condition is met, and the text leaves no choice: still decided by a person. */
  readonly byRight: boolean;
  readonly met: readonly Condition[];
  /** Not met, or not known: which is for the file to say. */
  readonly missing: readonly Condition[];
}

/** The grounds that have a text on that day, those whose conditions are all met first. */
export function proposals(
  situation: Situation,
  { proceedings, renewal }: Pick<Permit, 'proceedings' | 'renewal'>,
  day: Day,
): readonly Proposal[] {
  const holds = conditionsOf(situation, proceedings);
  return GROUNDS.flatMap((ground) => {
    const text = findText(ground, day);
    if (!text) return [];
    const wanted = CONDITIONS_OF[ground];
    const missing = wanted.filter((condition) => !holds[condition]);
    const right = renewal ? text.renewalByRight : text.byRight;
    const byRight = missing.length === 0 && right === true;
    const met = wanted.filter((condition) => holds[condition]);
    return [{ ground, kind: kindOf(ground), article: citation(text), byRight, met, missing }];
  }).sort((a, b) => a.missing.length - b.missing.length);
}

const CONDITIONS_OF: Readonly<Record<Ground, readonly Condition[]>> = {
  cooperation: ['complaint-or-testimony', 'links-broken', 'proceedings-not-over', 'no-public-order-threat'],
  exceptional: ['fear-of-reprisals', 'victim-elements', 'reintegration-efforts'],
  'exit-path': ['exit-path-authorised', 'prostitution-ceased', 'no-public-order-threat'],
  'final-conviction': ['complaint-or-testimony', 'final-conviction'],
};

function conditionsOf(
  situation: Situation,
  proceedings: Permit['proceedings'],
): Readonly<Record<Condition, boolean>> {
  return {
    'complaint-or-testimony': situation.complaintOn !== undefined || situation.testimonyOn !== undefined,
    'links-broken': situation.linksBroken === true,
    'proceedings-not-over': proceedings === undefined,
    'fear-of-reprisals': situation.fearOfReprisals === true,
    'victim-elements': situation.victimElements === true,
    'reintegration-efforts': situation.reintegrationEfforts === true,
    'exit-path-authorised': situation.exitPathOn !== undefined,
    'prostitution-ceased': situation.prostitutionCeased === true,
    'final-conviction': proceedings?.outcome === 'final-conviction',
    'no-public-order-threat': situation.publicOrderThreat !== true,
  };
}
