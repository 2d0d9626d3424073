import { createHash } from 'node:crypto';
import { formatTraceparent, parseTraceparent } from '@liaison/kernel';
import { type Attributes, ROOT_CONTEXT, type Span, SpanKind, trace, TraceFlags } from '@opentelemetry/api';

/**
 * Spans of delivery. Without a provider of traces (none is registered unless an endpoint is configured) all of it does
 * nothing. Attributes name agencies, topics and types; never a case, a reference or a person.
 */
export const tracer = trace.getTracer('@liaison/messaging');

/** W3C trace context of the span that is active here, where it is recorded. */
export function currentTraceparent(): string | undefined {
  return traceparentOf(trace.getActiveSpan());
}

export function traceparentOf(span: Span | undefined): string | undefined {
  const context = span?.spanContext();
  if (!context || (context.traceFlags & TraceFlags.SAMPLED) === 0) return undefined;
  return formatTraceparent(context);
}

interface QueuedStep {
  readonly event_id: string;
  readonly recipient: string;
  readonly traceparent: string | null;
}

/**
 * `dispatch` of an intent, in the trace of what queued it, in whichever process that was.
 * @param shared the crossing of the message, where it holds what other traces queued too
 */
export function continueDispatch(
  { event_id, recipient, traceparent }: QueuedStep,
  type: string,
  shared?: string,
): Span | undefined {
  const parent = parseTraceparent(traceparent);
  if (!parent) return undefined;
  const crossing = shared ?? pairwise(parent.traceId, event_id);
  const span = tracer.startSpan(
    'dispatch',
    {
      kind: SpanKind.PRODUCER,
      attributes: {
        'liaison.event.type': type,
        'liaison.recipient': recipient,
        ...crossingAttributes(crossing),
      },
      links: linksTo(crossing),
    },
    trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }),
  );
  return span.isRecording() ? span : undefined;
}

/** What the sealed envelope of an event says of its trace. */
export function crossingOf(span: Span | undefined, eventId: string): string | undefined {
  return span && pairwise(span.spanContext().traceId, eventId);
}

/** The first span of a trace of this agency's own, linked with the sender's. */
export function beginReceipt(crossing: string | undefined, attributes: Attributes): Span | undefined {
  const span = tracer.startSpan('receive', {
    kind: SpanKind.CONSUMER,
    root: true,
    attributes: { ...attributes, ...crossingAttributes(crossing) },
    links: linksTo(crossing),
  });
  return span.isRecording() ? span : undefined;
}

/**
 * A trace ends at the agency's border. What both sides name is made of the trace and the event's id, for one recipient
 * alone: with the trace's own id two recipients of a notice could join what they hold.
 */
function pairwise(traceId: string, eventId: string): string {
  const digest = createHash('sha256').update(`${traceId}/${eventId}`).digest('hex');
  return formatTraceparent({
    traceId: digest.slice(0, 32),
    spanId: digest.slice(32, 48),
    traceFlags: TraceFlags.SAMPLED,
  });
}

function linksTo(crossing: string | undefined) {
  const context = parseTraceparent(crossing);
  return context ? [{ context: { ...context, isRemote: true } }] : [];
}

/** The same as the link says: not every tool finds a trace by its links. */
function crossingAttributes(crossing: string | undefined): Attributes {
  const context = parseTraceparent(crossing);
  return context ? { 'liaison.crossing': context.traceId } : {};
}
