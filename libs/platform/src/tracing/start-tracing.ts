import { context, trace } from '@opentelemetry/api';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceConfig } from '../config/service-config';

/** A collector that does not answer must not hold up the end of the process. */
const FLUSH_MS = 2_000;
const EXPORT_MS = 5_000;

let provider: { shutdown(): Promise<void> } | undefined;

/**
 * Records traces and sends them to the collector that the configuration names. Where it names none, nothing of the SDK is
 * loaded. What the collector does not take is dropped: a trace is never worth a request.
 */
export async function startTracing(
  service: string,
  { agencyId, tracesEndpoint, tracesShare }: ServiceConfig,
): Promise<void> {
  if (tracesEndpoint === undefined) return;
  const [sdk, { OTLPTraceExporter }, { resourceFromAttributes }, { AsyncLocalStorageContextManager }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/context-async-hooks'),
    ]);
  const exporter = new OTLPTraceExporter({
    url: `${tracesEndpoint.replace(/\/$/, '')}/v1/traces`,
    timeoutMillis: EXPORT_MS,
  });
  const started = new sdk.TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'liaison.agency': agencyId }),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(Number(tracesShare)) }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter })],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(started);
  provider = started;
}

/** Sends what is still here. Never rejects. */
export async function stopTracing(): Promise<void> {
  const stopped = provider?.shutdown().catch(() => undefined);
  provider = undefined;
  if (stopped) await Promise.race([stopped, sleep(FLUSH_MS, undefined, { ref: false })]);
}
