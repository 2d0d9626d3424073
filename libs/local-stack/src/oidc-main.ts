import { createServer } from 'node:http';
import { type DemoAccount, requireDevelopment } from './oidc-accounts';
import { demoProvider } from './oidc-provider';

/** The OpenID provider as a process: `startOidc` runs it. Settings come in the environment. */
function main(): void {
  const { LIAISON_ENV, OIDC_PORT = '', OIDC_DATA_DIR = '', OIDC_ACCOUNTS = '[]' } = process.env;
  requireDevelopment(LIAISON_ENV);
  const issuer = `http://127.0.0.1:${OIDC_PORT}`;
  const provider = demoProvider(issuer, OIDC_DATA_DIR, JSON.parse(OIDC_ACCOUNTS) as DemoAccount[]);
  const server = createServer((request, response) => void provider.callback()(request, response));
  server.once('error', fail);
  server.listen(Number(OIDC_PORT), '127.0.0.1');
  process.once('SIGTERM', () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? `Error: ${error.message}` : error);
  process.exit(1);
}

try {
  main();
} catch (error) {
  fail(error);
}
