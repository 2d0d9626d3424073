import { createPublicKey, type KeyObject } from 'node:crypto';
import { AppError } from '@liaison/kernel';
import { calculateJwkThumbprint, compactVerify, CompactSign, exportJWK } from 'jose';

/** One version of a convention as it was published: the bytes of its file. */
export interface PublishedConvention {
  readonly id: string;
  readonly version: number;
  readonly text: string;
}

const ALGORITHM = 'EdDSA';
/** In the signed part, so that no other thing that the same key signed passes for a convention. */
const TYPE = 'liaison-convention+jws';
const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** More than any convention needs, and less than what the brokers take. */
const MAX_BYTES = 512 * 1024;

/** Key of a statement on the compacted topic: a version is published once. */
export const keyOf = ({ id, version }: Pick<PublishedConvention, 'id' | 'version'>): string =>
  `${id}@${version}`;

/** The statement (a JWS, compact) that a version has this text. `key` is an Ed25519 private key. */
export async function signStatement(
  { id, version, text }: PublishedConvention,
  key: KeyObject,
): Promise<Buffer> {
  const kid = await nameOf(createPublicKey(key));
  const payload = Buffer.from(JSON.stringify({ id, version, text }));
  const jws = await new CompactSign(payload).setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid }).sign(key);
  return Buffer.from(jws);
}

/** The keys whose statements count. */
export class StatementKeys {
  private constructor(private readonly byName: ReadonlyMap<string, KeyObject>) {}

  /** @param pem one or more public keys (Ed25519, SPKI). @throws AppError `convention-keys-invalid` */
  static async fromPem(pem: string, source: string): Promise<StatementKeys> {
    const blocks = pem.match(/-----BEGIN PUBLIC KEY-----[\s\S]*?-----END PUBLIC KEY-----/g) ?? [];
    const keys = blocks.map((block) => publicKey(block));
    if (keys.length === 0 || keys.some((key) => key?.asymmetricKeyType !== 'ed25519')) {
      throw new AppError(
        'convention-keys-invalid',
        `Put one or more Ed25519 public keys (PEM, "BEGIN PUBLIC KEY") into ${source}.`,
      );
    }
    const named = keys.flatMap((key) => (key ? [nameOf(key).then((name) => [name, key] as const)] : []));
    return new StatementKeys(new Map(await Promise.all(named)));
  }

  /**
   * What a statement says, once its signature is verified.
   * @throws AppError `convention-not-signed`: no signature of one of these keys over these bytes, or about something else
   */
  async open(statement: Buffer): Promise<PublishedConvention> {
    if (statement.length > 2 * MAX_BYTES) throw notSigned();
    const payload = await compactVerify(
      statement,
      ({ kid, typ }) => {
        const key = typ === TYPE ? this.byName.get(kid ?? '') : undefined;
        if (!key) throw notSigned();
        return key;
      },
      { algorithms: [ALGORITHM] },
    ).then(
      (verified) => verified.payload,
      (cause: unknown) => {
        throw notSigned(cause);
      },
    );
    const { id, version, text } = JSON.parse(Buffer.from(payload).toString()) as Partial<PublishedConvention>;
    if (typeof id !== 'string' || !ID.test(id) || !Number.isInteger(version) || typeof text !== 'string') {
      throw notSigned();
    }
    return { id, version: version as number, text };
  }
}

/** RFC 7638: the same for whoever has the key. */
async function nameOf(key: KeyObject): Promise<string> {
  return calculateJwkThumbprint(await exportJWK(key));
}

function publicKey(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}

function notSigned(cause?: unknown): AppError {
  return new AppError('convention-not-signed', 'The statement is not signed by a key that counts here.', {
    cause,
  });
}
