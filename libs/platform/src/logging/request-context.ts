import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Histogram } from 'prom-client';
import type { Metrics } from '../metrics/metrics';
import { beginRequestSpan, endRequestSpan, withSpan } from '../tracing/spans';
import { correlation, correlationIdFrom } from './correlation';
import type { Logger } from './logger';

export const CORRELATION_HEADER = 'X-Correlation-Id';

/**
 * First middleware: correlation id, one log line, one observation and one span a request. The line has the route's pattern, never
 * path, query, headers or body: those may hold personal data.
 */
export function requestContext(logger: Logger, metrics: Metrics): RequestHandler {
  const duration = requestDuration(metrics);
  const writesLines = logger.isLevelEnabled('info');
  return (request: Request, response: Response, next: NextFunction): void => {
    const start = process.hrtime.bigint();
    const correlationId = correlationIdFrom(request.headers['x-correlation-id']);
    response.setHeader(CORRELATION_HEADER, correlationId);
    const span = beginRequestSpan(request.method, request.headers['traceparent']);
    response.once('close', () => {
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      const { method } = request;
      const route = patternOf(request);
      const status = response.writableFinished ? response.statusCode : 499;
      duration.observe({ method, route, status }, seconds);
      endRequestSpan(span, { method, route, status });
      if (writesLines) {
        const ms = Math.round(seconds * 1e4) / 10;
        correlation.run({ correlationId }, () => logger.info({ method, route, status, ms }, 'request'));
      }
    });
    correlation.run({ correlationId }, () => withSpan(span, next));
  };
}

export function requestDuration(metrics: Metrics): Histogram<'method' | 'route' | 'status'> {
  return metrics.histogram(
    'http_request_duration_seconds',
    'Time from the request’s headers to the end of its answer; `route` is a pattern, never a path',
    ['method', 'route', 'status'],
    [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  );
}

function patternOf(request: Request): string {
  const { path } = (request.route ?? {}) as { path?: unknown };
  return typeof path === 'string' ? path : 'none';
}
