import { AppError } from '@liaison/kernel';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureWritableFolder } from './data-folder';
import { DEMO_ACCOUNTS, type DemoAccount, demoSecret, requireDevelopment } from './oidc-accounts';
import { freePort, requireFreePort } from './ports';
import { superviseProcess } from './process';

export interface OidcOptions {
  /** Holds the signing key (0600), so that tokens outlive a restart. */
  readonly dataDir: string;
  /** 0 or absent: a free port. */
  readonly port?: number;
  /** Default `DEMO_ACCOUNTS`. */
  readonly accounts?: readonly DemoAccount[];
  /** Default `oidc.log` in the data folder. */
  readonly logFile?: string;
}

export interface Oidc {
  /** `http://127.0.0.1:<port>` */
  readonly issuer: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * A real OpenID provider with demonstration accounts, as a process of its own.
 * @throws AppError `port-in-use`, `demonstration-accounts-refused` (LIAISON_ENV is set, and not to `development`)
 */
export async function startOidc(options: OidcOptions): Promise<Oidc> {
  const environment = process.env['LIAISON_ENV'] ?? 'development';
  requireDevelopment(environment);
  const dataDir = resolve(options.dataDir);
  ensureWritableFolder(dataDir);
  const port = options.port || (await freePort());
  await requireFreePort(port, 'OpenID provider');
  const issuer = `http://127.0.0.1:${port}`;
  const provider = await superviseProcess({
    name: 'OpenID provider',
    command: process.execPath,
    args: ['--enable-source-maps', entry()],
    env: {
      LIAISON_ENV: environment,
      OIDC_PORT: String(port),
      OIDC_DATA_DIR: dataDir,
      OIDC_ACCOUNTS: JSON.stringify(options.accounts ?? DEMO_ACCOUNTS),
    },
    logFile: options.logFile ?? join(dataDir, 'oidc.log'),
    readyUrl: `${issuer}/.well-known/openid-configuration`,
  });
  return { issuer, pid: provider.pid, stop: () => provider.stop() };
}

/**
 * An access token of a demonstration account.
 * @throws AppError `token-refused`
 */
export async function getToken(issuer: string, account: string): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${account}:${demoSecret(account)}`).toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const answer = (await response.json()) as { access_token?: string; error?: string };
  if (answer.access_token !== undefined) return answer.access_token;
  throw new AppError(
    'token-refused',
    `${issuer} gives ${account} no token (${answer.error}). Is it an account there?`,
  );
}

/** The built file, also for callers that run from the sources. */
function entry(): string {
  const file = join(__dirname, '..', 'dist', 'oidc-main.js');
  if (existsSync(file)) return file;
  throw new AppError('not-built', 'The OpenID provider is not built. Run npm run build.');
}
