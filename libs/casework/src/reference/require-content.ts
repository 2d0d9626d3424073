import { assertEventData, getEventType, type PayloadClass } from '@liaison/contracts';
import { AppError } from '@liaison/kernel';
import { invalidRequest } from '@liaison/platform';
import { referenceProblems } from './reference-problems';

/**
 * That `content` of a request's body is what an event of the type says, with codes that are listed.
 * @throws AppError `invalid-request`, with a pointer to each field that is wrong
 */
export function requireContent(type: string, payload: PayloadClass, content: object): void {
  try {
    assertEventData(getEventType(type), content, []);
  } catch (error) {
    const { fields } = (error instanceof AppError && error.options) || {};
    if (!fields) throw error;
    throw wrongContent(fields);
  }
  const problems = referenceProblems(payload, content);
  if (problems) throw wrongContent(problems);
}

/** @param problems what to do, by path in the content; `$` is the whole */
export const wrongContent = (problems: Readonly<Record<string, string>>): AppError =>
  invalidRequest(
    Object.entries(problems).map(([path, detail]) => ({
      pointer: path === '$' ? '/content' : `/content/${path.replaceAll('.', '/')}`,
      detail,
    })),
  );
