import { ROOT_CONTEXT, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import type { AuditEntry } from '../audit/audit-trail';
import { beginReceipt, tracer, traceparentOf } from '../tracing';
import type { OpenedArrival } from './opening';
import type { Step } from './ordering';

/**
 * A span `receive` for each numbered event of one T3, the first of a trace of its own, and below it `apply`, the time in
 * its handler. Acknowledgements and requests are not traced.
 */
export class ReceiptTrace {
  private readonly spans = new Map<string, Span>();

  begin(arrivals: readonly OpenedArrival[]): void {
    for (const { key, envelope, source, origin } of arrivals) {
      if (envelope?.sequence === undefined) continue;
      const span = beginReceipt(envelope.traceparent, {
        'liaison.event.type': envelope.type,
        'liaison.sender': source,
        'messaging.destination.name': origin.topic,
      });
      if (span) this.spans.set(key, span);
    }
  }

  /** Of the event that the record is of. */
  traceparentFor({ counterpart, eventId }: AuditEntry): string | undefined {
    return traceparentOf(this.spans.get(`${counterpart}/${eventId}`));
  }

  /** @returns ends what it begins */
  applying(keys: readonly string[]): () => void {
    const applied = keys.flatMap((key) => {
      const span = this.spans.get(key);
      return span ? [tracer.startSpan('apply', {}, trace.setSpan(ROOT_CONTEXT, span))] : [];
    });
    return () => applied.forEach((span) => span.end());
  }

  /** What still waits, and waited before, has its span already. */
  plan(steps: readonly Step<OpenedArrival>[]): void {
    for (const { arrival, outcome } of steps) {
      if (arrival.stored && outcome === 'wait') this.spans.delete(arrival.key);
      else this.spans.get(arrival.key)?.setAttribute('liaison.outcome', outcome);
    }
  }

  /** T3 has. */
  committed(): void {
    for (const span of this.spans.values()) span.end();
  }

  failed(): void {
    for (const span of this.spans.values()) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    }
  }
}
