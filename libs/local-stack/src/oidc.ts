/** A demonstration account: a confidential client that gets its own token with its secret, `<name>-secret`. */
export interface DemoAccount {
  readonly name: string;
  readonly agency: string;
  readonly unit: string;
  readonly roles: readonly string[];
}

export interface OidcOptions {
  /** Holds the signing key (0600), so that tokens outlive a restart. */
  readonly dataDir: string;
  /** 0 or absent: a free port. */
  readonly port?: number;
  readonly accounts?: readonly DemoAccount[];
  readonly logFile?: string;
}

export interface Oidc {
  /** `http://127.0.0.1:<port>` */
  readonly issuer: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** `aud` of every access token. */
export const OIDC_AUDIENCE = 'urn:liaison';

export async function startOidc(_options: OidcOptions): Promise<Oidc> {
  throw new Error('not written yet');
}

/** An access token of a demonstration account. */
export async function getToken(_issuer: string, _account: string): Promise<string> {
  throw new Error('not written yet');
}
