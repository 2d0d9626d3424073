import type { PartnerAnsweredV1, PartnerChoice } from '@liaison/contracts';
import { AppError, type AgencyKind } from '@liaison/kernel';
import type { HeldCase } from '../cases/case-register';

/** `voided`: its content is gone: its sender has taken it back, or it was purged. */
export const ANSWER_STATES = ['new', 'noted', 'voided'] as const;
export type AnswerState = (typeof ANSWER_STATES)[number];

/** What any agency can say of a case that was brought to it. */
const OF_ANY: readonly PartnerChoice[] = [
  'taken-up',
  'no-further-action',
  'not-competent',
  'more-information-needed',
];
/** What is beyond that for some kinds to say. */
const OF_KIND: Readonly<Record<string, readonly PartnerChoice[]>> = {
  justice: ['judge-seised', 'placement-ordered', 'enquiry-opened', 'educational-measure'],
  ofpra: ['claim-lodged', 'protection-granted', 'claim-rejected'],
  ofii: ['return-possible', 'return-not-possible'],
  siao: ['place-found', 'no-place'],
};

/** What an agency may answer. @param configured what it uses of it; empty: all that its kind may say */
export function choicesOf(kind: AgencyKind, configured: readonly string[]): readonly PartnerChoice[] {
  const choices = [...OF_ANY, ...(OF_KIND[kind] ?? [])];
  return configured.length === 0 ? choices : choices.filter((choice) => configured.includes(choice));
}

export interface GiveAnswer {
  readonly choice: PartnerChoice;
  readonly text?: string;
  readonly at: Date;
  readonly unit: string;
  /** Of whoever answers. */
  readonly roles: readonly string[];
}

/**
 * An answer to whoever brought a case here, as often as there is something to say.
 * @param answering roles that may
 * @throws AppError `case-not-received`, `case-taken-back`, `choice-not-offered`, `role-missing`
 */
export function decideAnswer(
  { held, standing }: Pick<HeldCase, 'held' | 'standing'>,
  { choice, text, at, unit, roles }: GiveAnswer,
  {
    choices,
    answering,
  }: { readonly choices: readonly PartnerChoice[]; readonly answering: readonly string[] },
): { readonly to: string; readonly causationId: string; readonly answer: PartnerAnsweredV1 } {
  if (!held.provenance) {
    throw new AppError('case-not-received', 'Your own agency opened this case: nobody waits for an answer.');
  }
  if (standing.standing === 'recalled') {
    throw new AppError('case-taken-back', 'Its sender has taken it back: there is nothing left to answer.');
  }
  if (!choices.includes(choice)) {
    throw new AppError('choice-not-offered', `Your agency answers with one of: ${choices.join(', ')}.`);
  }
  const role = answering.find((own) => roles.includes(own));
  if (!role) throw new AppError('role-missing', `It takes a role of: ${answering.join(', ')}.`);
  const { agency: to, event: causationId } = held.provenance;
  const answer = { choice, ...(text !== undefined && { text }), answeredAt: at.toISOString(), role, unit };
  return { to, causationId, answer };
}

/**
 * The version of a received answer after somebody has taken note of it, once.
 * @throws AppError `answer-noted`, `answer-voided`
 */
export function decideNote({ state, version }: { readonly state: AnswerState; readonly version: number }): {
  readonly state: AnswerState;
  readonly version: number;
} {
  if (state === 'voided') throw answerVoided();
  if (state === 'noted') throw new AppError('answer-noted', 'Somebody of your unit has taken note of it.');
  return { state: 'noted', version: version + 1 };
}

export const noSuchAnswer = () => new AppError('answer-not-found', 'Your unit has no such answer.');

export const answerVoided = () =>
  new AppError(
    'answer-voided',
    'Its sender has taken it back, or it was kept as long as it may be: there is nothing left to read.',
  );
