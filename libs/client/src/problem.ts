import type { ProblemCode as AuditLogCode } from './generated/audit-log';
import type { ProblemCode as PoliceCode } from './generated/police';
import type { ProblemCode as PrefectureCode } from './generated/prefecture';

/** Codes that the services document today; others may be added. `unreadable-answer`: something between answered. */
export type ProblemCode =
  PoliceCode | PrefectureCode | AuditLogCode | 'unreadable-answer' | (string & NonNullable<unknown>);

export interface ProblemField {
  /** JSON Pointer into the body, or the name of a parameter. */
  readonly pointer: string;
  readonly detail: string;
}

interface Asked {
  /** Such as `POST /v1/notices/{id}/issue`: without ids, without what was asked for. */
  readonly operation: string;
  /** Under which it may be asked again, where there was one. */
  readonly idempotencyKey: string | undefined;
}

/** The service refused (RFC 9457), or could not. Decide by `code`, which is stable. */
export class LiaisonProblem extends Error implements Asked {
  override readonly name = 'LiaisonProblem';
  readonly operation: string;
  readonly idempotencyKey: string | undefined;
  readonly status: number;
  readonly code: ProblemCode;
  /** For people. */
  readonly detail: string | undefined;
  /** Parts of the request that were refused. */
  readonly errors: readonly ProblemField[];
  /** To quote to the operators of the service. */
  readonly correlationId: string | undefined;

  constructor(asked: Asked, status: number, body: unknown) {
    const problem = isObject(body) && typeof body['code'] === 'string' ? body : undefined;
    const code = problem ? String(problem['code']) : 'unreadable-answer';
    const detail = textOf(problem?.['detail']);
    super(`${asked.operation}: ${status} ${code}${detail === undefined ? '' : `: ${detail}`}`);
    this.operation = asked.operation;
    this.idempotencyKey = asked.idempotencyKey;
    this.status = status;
    this.code = code;
    this.detail = detail;
    const errors = problem?.['errors'];
    this.errors = Array.isArray(errors) ? (errors as readonly ProblemField[]) : [];
    this.correlationId = textOf(problem?.['correlationId']);
  }
}

/** No answer came: whether a command was done is unknown. With its key it can be asked again; `cause` says what happened. */
export class LiaisonUnreachable extends Error implements Asked {
  override readonly name = 'LiaisonUnreachable';
  readonly operation: string;
  readonly idempotencyKey: string | undefined;

  constructor(asked: Asked, cause: unknown) {
    super(`${asked.operation}: no answer`, { cause });
    this.operation = asked.operation;
    this.idempotencyKey = asked.idempotencyKey;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
