import { AllowRoles, ErrorStatus, SendsETag, UuidParam } from '@liaison/platform';
import { applyDecorators, HttpCode } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { AUTHORS } from '../roles';
import { RecipientsBody } from './notice.requests';

/** What the operations on notices have in common, however they are divided among controllers. */

export const NoticeId = (): ParameterDecorator => UuidParam('id');
export const RECIPIENTS = { type: RecipientsBody, required: false };
export const NOT_AUTHOR = ['not-an-author'];
export const NOT_FOUND = ['notice-not-found'];
export const RECIPIENT_CODES = [
  'no-competent-prefecture',
  'recipient-unknown',
  'recipient-is-own-agency',
  'recipient-repeated',
];
/** Of a notice that says that it answers a request for an opinion. */
export const ANSWER_CONFLICTS = ['opinion-answered', 'opinion-withdrawn', 'sender-unknown'];
export const CHANGE_PROBLEMS = {
  403: NOT_AUTHOR,
  404: NOT_FOUND,
  409: ['notice-not-issued', 'notice-ended'],
};

/** Of what may say in its content that it answers a request for an opinion. */
export const CONTENT_CHANGE_PROBLEMS = {
  ...CHANGE_PROBLEMS,
  409: [...CHANGE_PROBLEMS[409], ...ANSWER_CONFLICTS],
};

/** What the operations on a draft can be refused with. */
export const DRAFT_PROBLEMS = {
  403: NOT_AUTHOR,
  404: NOT_FOUND,
  409: ['notice-not-draft'],
};

/** The status of every code that an operation on a notice throws. */
export const NoticeErrors = (): ClassDecorator =>
  ErrorStatus({
    'not-an-author': 403,
    'notice-not-found': 404,
    'notice-not-draft': 409,
    'notice-not-issued': 409,
    'notice-ended': 409,
    'notice-not-moved': 422,
    'notice-incomplete': 422,
    'departement-changed': 422,
    'recall-from-nobody': 422,
    'no-competent-prefecture': 422,
    'recipient-unknown': 422,
    'recipient-is-own-agency': 422,
    'recipient-repeated': 422,
    'opinion-request-unknown': 422,
    'opinion-answered': 409,
    'opinion-withdrawn': 409,
    'sender-unknown': 409,
  });

/** What the operations on an issued notice have in common. */
export const ChangesIssued = (operationId: string, summary: string): MethodDecorator =>
  applyDecorators(HttpCode(202), AllowRoles(...AUTHORS), SendsETag(), ApiOperation({ operationId, summary }));
