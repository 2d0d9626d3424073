import { UuidParam } from '@liaison/platform';
import { applyDecorators } from '@nestjs/common';
import { IsISO8601, Matches } from 'class-validator';

/** What the shared requests and answers have in common. */

export const ID = { format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' };
export const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z' };
export const DAY = { format: 'date', example: '2026-11-18' };
export const VERSION = { description: 'Number of the state, as in ETag', example: 1 };

/** A day of the calendar, `YYYY-MM-DD`. */
export const IsDay = (): PropertyDecorator =>
  applyDecorators(
    Matches(/^(19|20)\d\d-\d\d-\d\d$/, { message: '$property must be a day such as 2026-11-18' }),
    IsISO8601({ strict: true }, { message: '$property must be a day that exists' }),
  );

/** An agent as records name them: never a person's name. */
export const AGENT = { pattern: '^[0-9a-f]{64}$', example: '5e'.repeat(32) };
export const AGENT_PATTERN = /^[0-9a-f]{64}$/;

/** Parameter of every route of a case. */
export const CaseId = (): ParameterDecorator => UuidParam('id', 'The case');

/** One line, not blank, without control characters. */
export const LINE = /^(?=\s*\S)[^\u0000-\u001f\u007f\ud800-\udfff]*$/u;
/** The same, with line breaks and tabs. */
export const LINES = /^(?=\s*\S)[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ud800-\udfff]*$/u;
