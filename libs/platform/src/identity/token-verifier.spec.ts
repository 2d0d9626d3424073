import { createHmac } from 'node:crypto';
import type { AppError } from '@liaison/kernel';
import { generateKeyPair } from 'jose';
import { AUDIENCE, LocalIssuer, type TokenOptions } from './local-issuer.test';
import { TokenVerifier } from './token-verifier';

const PSEUDONYM_KEY = 'a-key-of-thirty-two-characters-or-more';

describe('TokenVerifier', () => {
  let issuer: LocalIssuer;
  let now: number;
  let verifier: TokenVerifier;

  beforeAll(async () => {
    issuer = await LocalIssuer.start();
  });
  afterAll(() => issuer.stop());

  beforeEach(() => {
    now = Date.now();
    issuer.answering = true;
    issuer.requests.length = 0;
    verifier = newVerifier(issuer.url);
  });

  const newVerifier = (url: string): TokenVerifier =>
    new TokenVerifier({
      issuer: url,
      audience: AUDIENCE,
      agency: 'police-75',
      pseudonymKey: PSEUDONYM_KEY,
      clock: { now: () => new Date(now) },
    });
  const refusal = async (options: TokenOptions): Promise<unknown> => {
    try {
      return await verifier.verify(await issuer.token(options));
    } catch (error) {
      return (error as AppError).code;
    }
  };

  it.each(['ES256', 'RS256', 'EdDSA'])('accepts a token signed with %s', async (alg) => {
    expect(await verifier.verify(await issuer.token({ alg }))).toEqual({
      subject: 'agent-7',
      agency: 'police-75',
      unit: 'brp',
      roles: ['officer'],
      pseudonym: createHmac('sha256', PSEUDONYM_KEY).update('agent-7').digest('hex'),
    });
  });

  it('asks the issuer once and then not at all, for one token or for many', async () => {
    const token = await issuer.token();
    const first = await verifier.verify(token);
    expect(await verifier.verify(token)).toBe(first);
    await verifier.verify(await issuer.token({ claims: { sub: 'agent-8' } }));
    expect(issuer.requests).toEqual(['/.well-known/openid-configuration', '/jwks']);
  });

  it.each<[string, TokenOptions, string]>([
    ['an algorithm outside the list', { alg: 'RS512' }, 'token-invalid'],
    ['a key that the issuer does not have', { kid: 'other' }, 'token-invalid'],
    ['another issuer', { issuer: 'https://elsewhere.example' }, 'token-invalid'],
    ['another audience', { audience: 'urn:other' }, 'token-invalid'],
    ['an expired token', { expiresAt: Math.floor(Date.now() / 1000) - 1 }, 'token-expired'],
    [
      'a token that is not valid yet',
      { claims: { nbf: Math.floor(Date.now() / 1000) + 60 } },
      'token-invalid',
    ],
    ['no expiry', { without: ['exp'] }, 'token-invalid'],
    ['no subject', { without: ['sub'] }, 'token-invalid'],
    ['no agency', { without: ['agency'] }, 'token-invalid'],
    ['no unit', { without: ['unit'] }, 'token-invalid'],
    ['no roles', { without: ['roles'] }, 'token-invalid'],
    ['roles that are no list', { claims: { roles: 'officer' } }, 'token-invalid'],
    ['a role with a comma', { claims: { roles: ['desk,officer'] } }, 'token-invalid'],
    ['an agency that is no text', { claims: { agency: ['police-75'] } }, 'token-invalid'],
    ['an empty unit', { claims: { unit: '' } }, 'token-invalid'],
    ['another agency', { claims: { agency: 'prefecture-75' } }, 'wrong-agency'],
  ])('refuses %s', async (_, options, code) => {
    expect(await refusal(options)).toBe(code);
  });

  it('refuses a signature by a key of the same name that is not the issuer’s', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    expect(await refusal({ key: privateKey })).toBe('token-invalid');
  });

  it('refuses HS256 keyed with the public key', async () => {
    for (const kid of ['ES256', 'RS256']) {
      const key = new TextEncoder().encode(issuer.publicKeyText);
      expect(await refusal({ alg: 'HS256', kid, key })).toBe('token-invalid');
    }
  });

  it('refuses alg none, a changed payload, a changed signature and what is no token', async () => {
    const [header, payload, signature] = (await issuer.token()).split('.') as [string, string, string];
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    for (const token of [
      `${encode({ alg: 'none' })}.${payload}.`,
      `${encode({ alg: 'none', kid: 'ES256' })}.${payload}.${signature}`,
      `${header}.${encode({ ...claims, roles: ['operator'] })}.${signature}`,
      `${header}.${payload}.${flipped}`,
      `${header}.${payload}`,
      'x',
      'y'.repeat(100_000),
    ]) {
      await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token-invalid' });
    }
  });

  it('refuses a remembered token from the moment it expires', async () => {
    const expiresAt = Math.floor(now / 1000) + 10;
    const token = await issuer.token({ expiresAt });
    await verifier.verify(token);
    now = expiresAt * 1000 - 1;
    await verifier.verify(token);
    now = expiresAt * 1000;
    expect(verifier.findVerified(token)).toBeUndefined();
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'token-expired' });
  });

  it('checks a remembered token’s signature again after five minutes', async () => {
    const token = await issuer.token();
    await verifier.verify(token);
    now += 5 * 60_000;
    expect(verifier.findVerified(token)).toBeUndefined();
  });

  it('starts without its issuer, says that it is unreachable, and recovers', async () => {
    issuer.answering = false;
    const token = await issuer.token();
    const unreachable = { code: 'identity-provider-unreachable', retriable: true };
    await expect(verifier.verify(token)).rejects.toMatchObject(unreachable);
    await expect(newVerifier('http://127.0.0.1:1').verify(token)).rejects.toMatchObject(unreachable);
    issuer.answering = true;
    expect(await verifier.verify(token)).toMatchObject({ subject: 'agent-7' });
  });

  it('never quotes the token in what it throws', async () => {
    const token = await issuer.token({ audience: 'urn:other' });
    const error = (await verifier.verify(token).catch((thrown: unknown) => thrown)) as Error;
    expect(error.message).not.toContain(token);
    expect(error.message).not.toContain('urn:other');
  });
});
