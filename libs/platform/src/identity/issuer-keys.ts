import { AppError } from '@liaison/kernel';
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';

const TIMEOUT_MS = 5000;

/**
 * The signing keys of an OpenID issuer, found through its metadata at the first token, so that a service starts before
 * its provider does; asked again at the next token for as long as that fails.
 */
export class IssuerKeys {
  private discovery?: Promise<JWTVerifyGetKey>;

  constructor(private readonly issuer: string) {}

  /** @throws AppError `identity-provider-unreachable` (retriable); jose's errors when the issuer has no such key. */
  readonly resolve: JWTVerifyGetKey = async (header, token) => {
    this.discovery ??= this.discover();
    let keys: JWTVerifyGetKey;
    try {
      keys = await this.discovery;
    } catch (error) {
      this.discovery = undefined;
      throw error;
    }
    try {
      return await keys(header, token);
    } catch (error) {
      throw error instanceof errors.JWKSTimeout ? unreachable(error) : error;
    }
  };

  private async discover(): Promise<JWTVerifyGetKey> {
    const metadata = await this.fetchJson(
      `${this.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    );
    const { issuer, jwks_uri: jwksUri } = metadata as { issuer?: unknown; jwks_uri?: unknown };
    if (issuer !== this.issuer || typeof jwksUri !== 'string') {
      throw unreachable(new Error('the metadata names another issuer or no jwks_uri'));
    }
    return createRemoteJWKSet(new URL(jwksUri), {
      timeoutDuration: TIMEOUT_MS,
      [customFetch]: async (url, init) => {
        const response = await fetch(url, init).catch((error: unknown) => {
          throw unreachable(error);
        });
        if (!response.ok) throw unreachable(new Error(`HTTP ${response.status}`));
        return response;
      },
    });
  }

  private async fetchJson(url: string): Promise<object> {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      return Object(await response.json()) as object;
    } catch (error) {
      throw unreachable(error);
    }
  }
}

function unreachable(cause: unknown): AppError {
  return new AppError('identity-provider-unreachable', 'The identity provider does not answer. Try again.', {
    retriable: true,
    cause,
  });
}
