import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TokenVerifier } from '@liaison/platform';
import { systemClock } from '@liaison/kernel';
import { getToken, type Oidc, startOidc } from './oidc';
import { DEMO_ACCOUNTS, OIDC_AUDIENCE } from './oidc-accounts';

jest.setTimeout(60_000);

const dataDir = mkdtempSync(join(tmpdir(), 'liaison-oidc-'));
let oidc: Oidc;
beforeAll(async () => (oidc = await startOidc({ dataDir })));
afterAll(async () => {
  await oidc.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const verifier = (agency: string): TokenVerifier =>
  new TokenVerifier({
    issuer: oidc.issuer,
    audience: OIDC_AUDIENCE,
    agency,
    pseudonymKey: 'k'.repeat(32),
    clock: systemClock,
  });

function claims(token: string): { iat: number; exp: number } {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as {
    iat: number;
    exp: number;
  };
}

test.each(DEMO_ACCOUNTS)('$name gets a token that services accept', async ({ name, agency, unit, roles }) => {
  const token = await getToken(oidc.issuer, name);
  expect(await verifier(agency).verify(token)).toMatchObject({ subject: name, agency, unit, roles });
  const { iat, exp } = claims(token);
  expect(exp - iat).toBe(10 * 60 * 60);
});

test('a token outlives a restart of the provider: the key is kept, by this user alone', async () => {
  const token = await getToken(oidc.issuer, 'desk-75');
  const port = Number(new URL(oidc.issuer).port);
  await oidc.stop();
  oidc = await startOidc({ dataDir, port });
  expect(await verifier('prefecture-75').verify(token)).toMatchObject({ roles: ['desk'] });
  expect(statSync(join(dataDir, 'signing-key.json')).mode & 0o777).toBe(0o600);
});

test('no token without the secret, and none for a stranger', async () => {
  await expect(getToken(oidc.issuer, 'stranger')).rejects.toMatchObject({ code: 'token-refused' });
  const response = await fetch(`${oidc.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('desk-75:wrong').toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  expect(response.status).toBe(401);
});

test('nobody gets a token for another audience', async () => {
  const response = await fetch(`${oidc.issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('desk-75:desk-75-secret').toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource: 'urn:other' }),
  });
  expect(response.status).toBe(400);
});

test('known secrets are refused outside development', async () => {
  process.env['LIAISON_ENV'] = 'production';
  try {
    await expect(startOidc({ dataDir })).rejects.toMatchObject({ code: 'demonstration-accounts-refused' });
  } finally {
    delete process.env['LIAISON_ENV'];
  }
});
