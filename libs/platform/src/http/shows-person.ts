import 'reflect-metadata';
import { AppError } from '@liaison/kernel';
import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  SetMetadata,
} from '@nestjs/common';
import { RESPONSE_PASSTHROUGH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { ApiExtension } from '@nestjs/swagger';
import type { Response } from 'express';
import { AsyncLocalStorage } from 'node:async_hooks';
import { map, Observable } from 'rxjs';

const SHOWS_PERSON = 'liaison:shows-person';
/** Of an operation in OpenAPI: its answer is about a person, as far as the caller may read, and the reading is recorded. */
export const SHOWS_PERSON_EXTENSION = 'x-shows-person';

/** How many persons this answer of the route says something of: so many readings it has to have decided and recorded at least. */
type Shows = (body: never) => number;

/**
 * The answer says something of a person. It is refused unless this very request asked the policy what its caller may
 * read, and appended the record of the reading. Every other route may answer with `tools/personal-data.spec.ts`'s closed
 * list of fields only, so that none is forgotten.
 * @param shows default: unless it is a page without items
 */
export const ShowsPerson = (shows: Shows = isNoEmptyPage): MethodDecorator =>
  applyDecorators(SetMetadata(SHOWS_PERSON, shows), ApiExtension(SHOWS_PERSON_EXTENSION, true));

/** The same of a page of which each item is what a single reading would show: one that nobody decided and recorded holds back all. */
export const ShowsEach = (): MethodDecorator =>
  ShowsPerson(({ items }: { items: readonly unknown[] }) => items.length);

function isNoEmptyPage(body: unknown): number {
  const { items } = (body ?? {}) as { items?: unknown };
  return Array.isArray(items) && items.length === 0 ? 0 : 1;
}

/** What the current request did about what it reads. */
interface Reading {
  decided: number;
  recorded: number;
}

const readings = new AsyncLocalStorage<Reading>();

/** The policy was asked what somebody may read. */
export function noteDecided(): void {
  const reading = readings.getStore();
  if (reading) reading.decided += 1;
}

/** The record of a reading rides in the transaction that reads. */
export function noteRecorded(): void {
  const reading = readings.getStore();
  if (reading) reading.recorded += 1;
}

/** Global: holds `@ShowsPerson()` to its word. */
@Injectable()
export class ShowsPersonGuard implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const shows = Reflect.getMetadata(SHOWS_PERSON, context.getHandler()) as
      ((body: unknown) => number) | undefined;
    if (!shows || context.getType() !== 'http') return next.handle();
    if (sendsItself(context)) {
      throw new TypeError('a route that shows a person returns its answer and leaves the sending to Nest');
    }
    const response = context.switchToHttp().getResponse<Response>();
    const reading: Reading = { decided: 0, recorded: 0 };
    const checked = (body: unknown): unknown => {
      if (shows(body) <= Math.min(reading.decided, reading.recorded)) return body;
      for (const name of OF_ANSWER) response.removeHeader(name);
      throw new AppError(
        'reading-not-recorded',
        'An answer about a person was held back: it was not decided and recorded.',
      );
    };
    return new Observable((subscriber) =>
      readings.run(reading, () => next.handle().pipe(map(checked)).subscribe(subscriber)),
    );
  }
}

/** Whether the handler takes `@Res()` without `passthrough`: its answer would be gone before anybody looks at it. */
function sendsItself(context: ExecutionContext): boolean {
  const [controller, { name }] = [context.getClass(), context.getHandler()];
  const parameters = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) as object | undefined;
  const takesResponse = Object.keys(parameters ?? {}).some((key) =>
    key.startsWith(`${RouteParamtypes.RESPONSE}:`),
  );
  return takesResponse && Reflect.getMetadata(RESPONSE_PASSTHROUGH_METADATA, controller, name) !== true;
}

/** Headers that a route sets for its answer: they may say of whom it is. */
const OF_ANSWER = ['Content-Disposition', 'Content-Type', 'ETag'] as const;
