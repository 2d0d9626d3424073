import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Provider, { type ClientMetadata, errors, type JWK } from 'oidc-provider';
import { brokenDataFolder, codeOf, ensureWritableFolder, writeWhole } from './data-folder';
import { type DemoAccount, demoSecret, OIDC_AUDIENCE } from './oidc-accounts';

const TEN_HOURS = 10 * 60 * 60;

/**
 * An OpenID provider whose accounts get JWT access tokens with `client_credentials` and HTTP basic auth. The claims
 * `agency`, `unit` and `roles` are what services authorise by.
 */
export function demoProvider(issuer: string, dataDir: string, accounts: readonly DemoAccount[]): Provider {
  const byName = new Map(accounts.map((account) => [account.name, account]));
  return new Provider(issuer, {
    clients: accounts.map(client),
    jwks: { keys: [signingKey(dataDir)] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    scopes: [],
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        // So that a token request needs no `resource`.
        defaultResource: () => OIDC_AUDIENCE,
        getResourceServerInfo: (_context, resource) => {
          if (resource !== OIDC_AUDIENCE) throw new errors.InvalidTarget();
          return {
            scope: '',
            audience: OIDC_AUDIENCE,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'ES256' } },
          };
        },
      },
    },
    ttl: { ClientCredentials: TEN_HOURS },
    extraTokenClaims: (_context, token) => {
      const account = byName.get(token.clientId ?? '');
      return account && { agency: account.agency, unit: account.unit, roles: [...account.roles] };
    },
  });
}

function client({ name }: DemoAccount): ClientMetadata {
  return {
    client_id: name,
    client_secret: demoSecret(name),
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    token_endpoint_auth_method: 'client_secret_basic',
    id_token_signed_response_alg: 'ES256',
  };
}

/** Kept, so that a token outlives a restart of the provider. */
function signingKey(dataDir: string): JWK {
  ensureWritableFolder(dataDir);
  const file = join(dataDir, 'signing-key.json');
  if (existsSync(file)) {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as JWK;
    } catch (error) {
      throw brokenDataFolder(dataDir, `signing-key.json is not a key (${codeOf(error)})`);
    }
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'ES256' } as JWK;
  writeWhole(file, `${JSON.stringify(key)}\n`);
  return key;
}
