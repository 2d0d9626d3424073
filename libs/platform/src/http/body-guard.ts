import { AppError } from '@liaison/kernel';
import type { RequestHandler } from 'express';
import type { IncomingMessage, ServerResponse } from 'node:http';

const MAX_DEPTH = 32;
const UNSTORABLE = /[\0\p{Surrogate}]/u;
/** Assigning such a member would reach into the prototype of what validation builds. */
const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype']);

const EMPTY = new WeakSet<IncomingMessage>();

/** For the JSON parser, which takes a body of no bytes for `{}`: whoever forgot one has not said that there is nothing to say. */
export function noteEmptyBody(request: IncomingMessage, _response: ServerResponse, bytes: Buffer): void {
  if (bytes.length === 0) EMPTY.add(request);
}

/**
 * After the JSON parser: refuses what validation, or the database behind it, would stumble over: a nesting deeper than
 * 32, names that reach prototypes, a list in a list (class-validator takes it for a list), U+0000 and lone surrogates
 * (PostgreSQL stores neither). A body of no bytes is none. In a path or its parameters U+0000 is refused too.
 */
export const bodyGuard: RequestHandler = (request, _response, next) => {
  if (EMPTY.has(request)) request.body = undefined;
  if (request.url.includes('%00')) {
    next(new AppError('invalid-request', 'The address must not hold U+0000 (%00).'));
    return;
  }
  next(request.body === undefined ? undefined : refusal(request.body));
};

function refusal(body: unknown): AppError | undefined {
  const stack: [value: unknown, depth: number][] = [[body, 0]];
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    const [value, depth] = entry;
    if (typeof value === 'string') {
      if (!isStorable(value)) return refuse('must not hold U+0000 or half a character');
    } else if (typeof value === 'object' && value !== null) {
      if (depth === MAX_DEPTH) return refuse(`must not be nested deeper than ${MAX_DEPTH}`);
      if (Array.isArray(value)) {
        if (value.some((item) => Array.isArray(item))) return refuse('must not hold a list in a list');
        for (const item of value) stack.push([item, depth + 1]);
        continue;
      }
      for (const [name, member] of Object.entries(value)) {
        if (FORBIDDEN_NAMES.has(name) || !isStorable(name))
          return refuse('must not have a member of such a name');
        stack.push([member, depth + 1]);
      }
    }
  }
  return undefined;
}

function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}

function refuse(detail: string): AppError {
  return new AppError('invalid-request', 'The body is not acceptable.', { fields: { '': detail } });
}
