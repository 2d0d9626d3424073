import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';

export const AUDIENCE = 'urn:liaison';

export interface TokenOptions {
  readonly claims?: JWTPayload;
  readonly without?: readonly string[];
  readonly issuer?: string;
  readonly audience?: string;
  readonly expiresAt?: number;
  readonly alg?: string;
  readonly kid?: string;
  readonly key?: CryptoKey | Uint8Array;
}

/** An issuer over real HTTP, with an ES256 and an RS256 key. `requests` counts what it was asked. */
export class LocalIssuer {
  readonly requests: string[] = [];
  answering = true;
  private readonly server = createServer((request, response) => {
    this.requests.push(request.url ?? '');
    if (!this.answering) return void response.writeHead(500).end();
    const found = this.documents.get(request.url ?? '');
    response
      .writeHead(found ? 200 : 404, { 'content-type': 'application/json' })
      .end(JSON.stringify(found ?? {}));
  });
  private readonly documents = new Map<string, object>();
  private readonly keys = new Map<string, CryptoKey>();
  publicKeyText = '';
  url = '';

  static async start(): Promise<LocalIssuer> {
    const issuer = new LocalIssuer();
    const jwks: object[] = [];
    for (const alg of ['ES256', 'RS256', 'EdDSA', 'RS512']) {
      const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
      const jwk = await exportJWK(publicKey);
      jwks.push({ ...jwk, kid: alg, use: 'sig' });
      issuer.keys.set(alg, privateKey);
      issuer.publicKeyText = JSON.stringify(jwk);
    }
    await new Promise<void>((resolve) => issuer.server.listen(0, '127.0.0.1', resolve));
    issuer.url = `http://127.0.0.1:${(issuer.server.address() as AddressInfo).port}`;
    issuer.documents.set('/.well-known/openid-configuration', {
      issuer: issuer.url,
      jwks_uri: `${issuer.url}/jwks`,
    });
    issuer.documents.set('/jwks', { keys: jwks });
    return issuer;
  }

  async token(options: TokenOptions = {}): Promise<string> {
    const { alg = 'ES256' } = options;
    const claims: JWTPayload = {
      sub: 'agent-7',
      agency: 'police-75',
      unit: 'brp',
      roles: ['officer'],
      iss: options.issuer ?? this.url,
      aud: options.audience ?? AUDIENCE,
      exp: options.expiresAt ?? Math.floor(Date.now() / 1000) + 600,
      ...options.claims,
    };
    for (const name of options.without ?? []) delete claims[name];
    const key = options.key ?? this.keys.get(alg);
    if (!key) throw new Error(`no key for ${alg}`);
    return new SignJWT(claims).setProtectedHeader({ alg, kid: options.kid ?? alg }).sign(key);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
