import { OIDC_AUDIENCE } from '@liaison/local-stack';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a token says of its holder. */
export interface TokenClaims {
  readonly agency: string;
  readonly unit: string;
  readonly roles: readonly string[];
  /** Default: somebody new. */
  readonly subject?: string;
}

/** What is wrong with a token; by default nothing is. */
export interface TokenDefects {
  readonly audience?: string;
  /** Default: an hour. */
  readonly expiresInSeconds?: number;
  /** Signed with another key under the issuer's name for its own. */
  readonly forged?: boolean;
  /** `alg: none`. */
  readonly unsigned?: boolean;
}

/** An OpenID issuer with nothing but its metadata, one key, and tokens for the asking. */
export interface TokenIssuer {
  readonly url: string;
  token(claims: TokenClaims, defects?: TokenDefects): Promise<string>;
  stop(): Promise<void>;
}

export async function startTokenIssuer(): Promise<TokenIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' };
  const server = createServer((request, response) => {
    const metadata = { issuer: url, jwks_uri: `${url}/jwks` };
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(request.url === '/jwks' ? { keys: [jwk] } : metadata));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    token: async ({ subject = randomUUID(), ...claims }, defects = {}) => {
      const { audience = OIDC_AUDIENCE, expiresInSeconds = 3600, forged, unsigned } = defects;
      const payload = {
        ...claims,
        iss: url,
        aud: audience,
        sub: subject,
        exp: Math.floor(Date.now() / 1000) + expiresInSeconds,
      };
      if (unsigned) return new UnsecuredJWT(payload).encode();
      const key = forged ? (await generateKeyPair('ES256')).privateKey : privateKey;
      return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'test' }).sign(key);
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
