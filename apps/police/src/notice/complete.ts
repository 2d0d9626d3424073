import { referenceProblems } from '@liaison/casework';
import {
  assertEventData,
  describeEvent,
  getEventType,
  NOTICE_ISSUED,
  NoticeIssuedV2,
} from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import type { CompleteDraft, Draft } from './notice';

const NOTICE = getEventType(NOTICE_ISSUED);
const EVERY_FIELD = describeEvent(NoticeIssuedV2).fields.map(({ path }) => path);

/** What is wrong, by path. */
export type ContentProblems = Readonly<Record<string, string>>;

/** Of a draft: anything may be missing, nothing may be wrong; codes are those that exist today. */
export const draftProblems = (content: object): ContentProblems | undefined => problems(content, EVERY_FIELD);

/** Of what is issued: as the contract says. */
export const contentProblems = (content: object): ContentProblems | undefined => problems(content, []);

/** @throws AppError `notice-incomplete`, with what is missing */
export function requireComplete({ content, protection }: Draft): CompleteDraft {
  const fields = contentProblems(content);
  if (!fields) return { content: content as NoticeIssuedV2, protection };
  throw new AppError(
    'notice-incomplete',
    `Before it can be issued, fill in or correct: ${Object.keys(fields).join(', ')}.`,
    { fields },
  );
}

function problems(content: object, absentAllowed: readonly string[]): ContentProblems | undefined {
  try {
    assertEventData(NOTICE, content, absentAllowed);
    return referenceProblems(NoticeIssuedV2, content);
  } catch (error) {
    const { fields } = (error instanceof AppError && error.options) || {};
    if (!fields) throw error;
    return fields;
  }
}
