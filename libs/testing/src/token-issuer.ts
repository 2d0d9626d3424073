import { OIDC_AUDIENCE } from '@liaison/local-stack';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
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

/** An OpenID issuer with nothing but its metadata, one key, and tokens for the asking. */
export interface TokenIssuer {
  readonly url: string;
  token(claims: TokenClaims): Promise<string>;
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
    token: ({ subject = randomUUID(), ...claims }) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'test' })
        .setIssuer(url)
        .setAudience(OIDC_AUDIENCE)
        .setSubject(subject)
        .setExpirationTime('1h')
        .sign(privateKey),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
