import { createHash, createHmac } from 'node:crypto';
import { AppError, type Clock } from '@liaison/kernel';
import { errors, jwtVerify, type JWTPayload } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Identity } from './identity';
import { IssuerKeys } from './issuer-keys';

export interface TokenVerifierOptions {
  readonly issuer: string;
  readonly audience: string;
  /** The agency that this service serves: tokens of others are refused. */
  readonly agency: string;
  readonly pseudonymKey: string;
  readonly clock: Clock;
}

/** Asymmetric only: `none` and the HMAC family never verify. */
const ALGORITHMS = ['ES256', 'EdDSA', 'Ed25519', 'RS256', 'PS256'];
const CACHED_TOKENS = 10_000;
/** A key that the issuer withdraws stops working after this long at the latest. */
const CACHED_FOR_MS = 5 * 60_000;
/** A longer one is no token of ours, and would cost memory and time. */
const MAX_TOKEN_LENGTH = 8192;

interface VerifiedToken {
  readonly identity: Identity;
  readonly expiresAt: number;
}

/** Checks bearer tokens: signature, issuer, audience, expiry, then the claims. Verified ones are remembered. */
export class TokenVerifier {
  private readonly verified = new LRUCache<string, VerifiedToken>({ max: CACHED_TOKENS });
  private readonly keys: IssuerKeys;

  constructor(private readonly options: TokenVerifierOptions) {
    this.keys = new IssuerKeys(options.issuer);
  }

  /** The identity of a token that was verified lately and has not expired; costs one SHA-256. */
  findVerified(token: string): Identity | undefined {
    const digest = digestOf(token);
    const entry = this.verified.get(digest);
    if (!entry) return undefined;
    if (this.options.clock.now().getTime() < entry.expiresAt) return entry.identity;
    this.verified.delete(digest);
    return undefined;
  }

  /**
   * @throws AppError `token-invalid`, `token-expired`, `wrong-agency`, or `identity-provider-unreachable` (retriable).
   */
  async verify(token: string): Promise<Identity> {
    const known = this.findVerified(token);
    if (known) return known;
    if (token.length > MAX_TOKEN_LENGTH) throw invalid();
    const payload = await this.check(token);
    const identity = this.identityOf(payload);
    const now = this.options.clock.now().getTime();
    const expiresAt = Math.min((payload.exp ?? 0) * 1000, now + CACHED_FOR_MS);
    this.verified.set(digestOf(token), { identity, expiresAt });
    return identity;
  }

  private async check(token: string): Promise<JWTPayload> {
    const { issuer, audience, clock } = this.options;
    try {
      const { payload } = await jwtVerify(token, this.keys.resolve, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub', 'agency', 'unit', 'roles'],
        currentDate: clock.now(),
      });
      return payload;
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (error instanceof errors.JWTExpired) {
        throw new AppError('token-expired', 'The bearer token has expired: get a new one.');
      }
      throw invalid(error);
    }
  }

  private identityOf(payload: JWTPayload): Identity {
    const { sub: subject, agency, unit, roles } = payload;
    if (!isText(subject) || !isText(agency) || !isText(unit) || !isRoles(roles)) throw invalid();
    if (agency !== this.options.agency) {
      throw new AppError('wrong-agency', 'This token is of another agency: call the service of your own.');
    }
    const pseudonym = createHmac('sha256', this.options.pseudonymKey).update(subject).digest('hex');
    return Object.freeze({ subject, agency, unit, roles: Object.freeze([...roles]), pseudonym });
  }
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 255;
}

/** No comma: roles travel to the database as one comma-separated setting. */
function isRoles(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.length <= 20 &&
    value.every((role) => isText(role) && /^[a-z-]+$/.test(role))
  );
}

function invalid(cause?: unknown): AppError {
  return new AppError(
    'token-invalid',
    'The bearer token is not valid here: get one from the agency’s provider.',
    { cause },
  );
}
