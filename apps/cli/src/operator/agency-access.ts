import { readFile } from 'node:fs/promises';
import { AppError } from '@liaison/kernel';
import { DEMO_ACCOUNTS, defaultAddresses, getToken } from '@liaison/local-stack';
import { services } from '../services';

/** How a command reaches the service of an agency, beside what the environment says. */
export interface AccessOptions {
  /** `AGENCY=URL` */
  readonly url: readonly string[];
  /** `AGENCY=FILE` */
  readonly tokenFile: readonly string[];
  /** Demonstration account. */
  readonly account?: string;
}

export interface AgencyAccess {
  readonly agency: string;
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string;
}

/**
 * Address and token for one agency: options first, then `LIAISON_URL_<AGENCY>` and `LIAISON_TOKEN_<AGENCY>` (upper case,
 * `_` for `-`), then the demonstration on this machine, where an operator's account gives the token.
 * @throws AppError `agency-not-addressed`, `token-not-given`, `token-unreadable`
 */
export async function accessTo(agency: string, options: AccessOptions): Promise<AgencyAccess> {
  const suffix = agency.toUpperCase().replaceAll('-', '_');
  const named = valueFor(options.url, agency) ?? process.env[`LIAISON_URL_${suffix}`];
  const token = await findToken(agency, suffix, options);
  if (named) {
    if (token !== undefined) return { agency, url: named.replace(/\/+$/, ''), token };
    throw new AppError(
      'token-not-given',
      `Set LIAISON_TOKEN_${suffix}, or name a file: --token-file ${agency}=FILE.`,
    );
  }
  const { issuer, urls } = defaultAddresses(services.map(({ name }) => name));
  const service = services.find(({ agencyId }) => agencyId === agency);
  const url = service && urls.get(service.name);
  if (url === undefined) {
    throw new AppError(
      'agency-not-addressed',
      `Say where ${agency} is: --url ${agency}=URL or LIAISON_URL_${suffix}.`,
    );
  }
  return { agency, url, token: token ?? (await demoToken(issuer, agency, options.account)) };
}

async function findToken(
  agency: string,
  suffix: string,
  { tokenFile }: AccessOptions,
): Promise<string | undefined> {
  const file = valueFor(tokenFile, agency);
  if (file === undefined) return process.env[`LIAISON_TOKEN_${suffix}`] || undefined;
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new AppError('token-unreadable', `The token file ${file} cannot be read.`, { cause });
  });
  return text.trim();
}

async function demoToken(issuer: string, agency: string, account?: string): Promise<string> {
  const operator = DEMO_ACCOUNTS.find((it) => it.agency === agency && it.roles.includes('operator'));
  const name = account ?? operator?.name;
  if (name === undefined) {
    throw new AppError(
      'token-not-given',
      `The demonstration has no operator of ${agency}: name an --account.`,
    );
  }
  return getToken(issuer, name).catch((cause: unknown) => {
    if (cause instanceof AppError) throw cause;
    throw new AppError('issuer-unreachable', `No answer from ${issuer}. Is "liaison up" running?`, { cause });
  });
}

const valueFor = (pairs: readonly string[], agency: string): string | undefined =>
  pairs.find((pair) => pair.startsWith(`${agency}=`))?.slice(agency.length + 1);
