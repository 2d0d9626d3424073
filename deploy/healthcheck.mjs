// Exit code 0 when the service of this container answers that it is ready: for HEALTHCHECK, as the image has no curl.
const url = `http://127.0.0.1:${process.env.HTTP_PORT ?? 3000}/health/ready`;
const answer = await fetch(url, { signal: AbortSignal.timeout(4000) }).catch(() => undefined);
process.exit(answer?.ok ? 0 : 1);
