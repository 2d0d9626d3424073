import {
  type NoticeIssuedV2,
  type PartnerAnsweredV1,
  type PartnerChoice,
  STEP_KINDS,
  STEP_STATUSES,
  type SupportReportedV1,
} from '@liaison/contracts';

export type StepKind = (typeof STEP_KINDS)[number];

/** What the author of a notice may say, and what others say of a step afterwards. */
export const SAID_STATUSES = [...STEP_STATUSES, 'ended', 'refused', 'none'] as const;
export type SaidStatus = (typeof SAID_STATUSES)[number];

/** Whence somebody's word about a step comes. */
export const STEP_ORIGINS = ['notice', 'support-report', 'partner-answer'] as const;
export type StepOrigin = (typeof STEP_ORIGINS)[number];

/** One word about a step of the person's, as one agency said it. Nobody's word replaces another's. */
export interface SaidStep {
  readonly kind: StepKind;
  readonly status: SaidStatus;
  /** Since when, or on which day. */
  readonly on: string | null;
  readonly organisation: string | null;
}

/** What an author of a notice says of them. What is not read out of it, kind or status, is no step to this reader. */
export const stepsOfNotice = ({ steps }: Partial<NoticeIssuedV2>): readonly SaidStep[] =>
  (steps ?? []).flatMap(({ kind, status, on, organisation }: Partial<SaidStep>) =>
    kind !== undefined && status !== undefined
      ? [{ kind, status, on: on ?? null, organisation: organisation ?? null }]
      : [],
  );

/** What an association says. It has no organisation: the name of a shelter gives a place away (R21). */
export const stepsOfSupport = ({ support, lodging }: Partial<SupportReportedV1>): readonly SaidStep[] => [
  ...(support ? [ofHelp('association-support', support)] : []),
  ...(lodging ? [ofHelp('lodging', lodging)] : []),
];

const HELP = { ongoing: 'undertaken', ended: 'ended', none: 'none' } as const;

const ofHelp = (kind: StepKind, { state, since }: SupportReportedV1['support']): SaidStep => ({
  kind,
  status: HELP[state],
  on: since ?? null,
  organisation: null,
});

/** Answers that say what became of a step. What the others say is no step. */
const OF_ANSWER: Partial<Record<PartnerChoice, readonly [StepKind, SaidStatus]>> = {
  'claim-lodged': ['asylum-claim', 'undertaken'],
  'protection-granted': ['asylum-claim', 'ended'],
  'claim-rejected': ['asylum-claim', 'refused'],
  'enquiry-opened': ['criminal-procedure', 'undertaken'],
  'placement-ordered': ['child-protection', 'undertaken'],
  'educational-measure': ['child-protection', 'undertaken'],
  'return-possible': ['assisted-return', 'considered'],
  'return-not-possible': ['assisted-return', 'refused'],
  'place-found': ['lodging', 'undertaken'],
};

export function stepOfAnswer({ choice }: Partial<PartnerAnsweredV1>): readonly SaidStep[] {
  const [kind, status] = (choice && OF_ANSWER[choice]) ?? [];
  return kind && status ? [{ kind, status, on: null, organisation: null }] : [];
}
