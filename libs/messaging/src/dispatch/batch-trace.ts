import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { tracer } from '../tracing';
import type { FrozenMessage, PreparedDelivery } from './prepared';

/** Of a batch's traced deliveries: `dispatch` ends when the bytes are frozen, `relay` when the broker has them. */
export class BatchTrace {
  private readonly traced: readonly PreparedDelivery[];
  private readonly open = new Set<Span>();

  constructor(deliveries: readonly PreparedDelivery[]) {
    this.traced = deliveries.filter(({ spans = [] }) => spans.length > 0);
    for (const { spans = [] } of this.traced) for (const span of spans) this.open.add(span);
  }

  /** T2a has committed. What is not among the messages and has one was dropped: it is prepared again. */
  frozen(messages: readonly FrozenMessage[]): void {
    if (this.traced.length === 0) return;
    const kept = new Set(messages);
    for (const { spans = [], message, state = 'refused' } of this.traced) {
      const isFrozen = message !== undefined && kept.has(message);
      for (const span of spans) {
        span.setAttribute('liaison.outcome', message ? (isFrozen ? 'frozen' : 'dropped') : state);
        this.end(span);
        if (isFrozen) {
          const parent = trace.setSpan(ROOT_CONTEXT, span);
          this.open.add(tracer.startSpan('relay', { kind: SpanKind.PRODUCER }, parent));
        }
      }
    }
  }

  /** T2b has committed. */
  marked(): void {
    for (const span of this.open) this.end(span);
  }

  failed(): void {
    for (const span of this.open) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      this.end(span);
    }
  }

  private end(span: Span): void {
    this.open.delete(span);
    span.end();
  }
}
