import { parseTraceparent } from '@liaison/kernel';
import { context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('@liaison/platform');

/** Of one request, in the caller's trace where its header names one. Named after the route once that is known. */
export function beginRequestSpan(method: string, traceparent: unknown): Span {
  const caller = parseTraceparent(traceparent);
  const parent = caller ? trace.setSpanContext(ROOT_CONTEXT, { ...caller, isRemote: true }) : ROOT_CONTEXT;
  const attributes = { 'http.request.method': method };
  return tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
}

/** The route's pattern and the status: never path, query, headers or body. */
export function endRequestSpan(
  span: Span,
  { method, route, status }: { readonly method: string; readonly route: string; readonly status: number },
): void {
  if (!span.isRecording()) return;
  span.updateName(`${method} ${route}`);
  span.setAttributes({ 'http.route': route, 'http.response.status_code': status });
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** What runs in it has this span as its parent. */
export const withSpan = <T>(span: Span, run: () => T): T =>
  context.with(trace.setSpan(context.active(), span), run);

/**
 * A span below the active one, for as long as `work` takes; nothing where none is active. Of a failure it says that there
 * was one: messages may hold personal data.
 */
export async function inSpan<T>(name: string, work: () => Promise<T>): Promise<T> {
  if (!trace.getActiveSpan()?.isRecording()) return work();
  const span = tracer.startSpan(name);
  try {
    return await withSpan(span, work);
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}

/** For work of several requests at once, which belongs to no single one's trace. */
export const outsideSpans = <T>(run: () => T): T => context.with(ROOT_CONTEXT, run);
