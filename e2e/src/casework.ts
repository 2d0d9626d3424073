import { randomUUID } from 'node:crypto';
import { aNotice, eventually } from '@liaison/testing';
import { query } from './books';
import { type Answer, call } from './http';
import type { ServiceName, System } from './system';

export const PATIENCE = { timeoutMs: 60_000, everyMs: 100 };

/** An account of each service that may do what a notice and its residence need. */
const ACCOUNTS: Readonly<Record<ServiceName, string>> = {
  police: 'officer-brp',
  prefecture: 'desk-75',
  'prefecture-13': 'desk-13',
  association: 'caseworker-maraude',
  ase: 'caseworker-mna',
  'ase-13': 'caseworker-mna-13',
  partner: 'caseworker-parquet',
  'ac-se': 'caseworker-orientation',
  'audit-log': 'operator-audit',
};

interface ReceivedItem {
  readonly id: string;
  readonly reference: string;
  readonly caseId: string;
  readonly recipientVersion: number;
  readonly latest: boolean;
  readonly state: string;
  readonly standing: string;
  readonly standingReason: string | null;
}

interface DocumentItem {
  readonly id: string;
  readonly state: string;
  readonly name: string | null;
  readonly size: number | null;
}

interface IssuedNotice {
  readonly id: string;
  /** By which each préfecture knows it. */
  readonly reference: (prefecture: string) => Promise<string>;
}

/** What an officer and the desks of the préfectures ask of their services, and are shown. */
export class Casework {
  private readonly accounts: Readonly<Record<ServiceName, string>>;

  /** @param accounts others than usual */
  constructor(
    private readonly system: System,
    accounts: Partial<Record<ServiceName, string>> = {},
  ) {
    this.accounts = { ...ACCOUNTS, ...accounts };
  }

  post<Body>(
    service: ServiceName,
    path: string,
    body: object,
    { key = randomUUID(), version }: { readonly key?: string; readonly version?: number } = {},
  ): Promise<Answer<Body>> {
    return call<Body>(this.system, service, this.accounts[service], path, {
      body,
      headers: { 'idempotency-key': key, ...(version !== undefined && { 'if-match': `"${version}"` }) },
    });
  }

  async get<Body>(service: ServiceName, path: string): Promise<Body> {
    const { status, body } = await call<Body>(this.system, service, this.accounts[service], path);
    expect(status).toBe(200);
    return body;
  }

  async list<Item>(service: ServiceName, path: string): Promise<readonly Item[]> {
    return (await this.get<{ items: readonly Item[] }>(service, path)).items;
  }

  /** Issued by the police, and delivered where it goes. */
  async issue(content: ReturnType<typeof aNotice>, protection?: object): Promise<IssuedNotice> {
    const { status, body } = await this.post<{ id: string }>('police', '/v1/notices', {
      state: 'issued',
      content,
      ...(protection && { protection }),
    });
    expect(status).toBe(202);
    await eventually(async () => {
      expect(await this.deliveries(body.id)).toEqual([
        ['liaison.notice.issued.v2', expect.any(String), 'delivered'],
      ]);
    }, PATIENCE);
    return { id: body.id, reference: (prefecture) => this.reference(body.id, prefecture) };
  }

  /** Of each version and of what was said of it: type, recipient, how far it has come. */
  async deliveries(id: string): Promise<readonly (readonly [string, string, string])[]> {
    const items = await this.list<{ event: string; recipient: string; state: string }>(
      'police',
      `/v1/notices/${id}/deliveries`,
    );
    return items.map(({ event, recipient, state }) => [event, recipient, state] as const);
  }

  /** What became of it, as its author sees it. */
  async history(id: string): Promise<readonly string[]> {
    const items = await this.list<{ kind: string }>('police', `/v1/notices/${id}/history`);
    return items.map(({ kind }) => kind);
  }

  /** Versions of a notice that a préfecture has, in their order. */
  async received(service: ServiceName, reference: string): Promise<readonly ReceivedItem[]> {
    const items = await this.list<ReceivedItem>(service, '/v1/notices?limit=200');
    return items
      .filter((item) => item.reference === reference)
      .sort((a, b) => a.recipientVersion - b.recipientVersion);
  }

  /** Adds a document to a notice of the police. @returns its id there */
  async attach(notice: string, name: string, file: Buffer): Promise<string> {
    const response = await this.raw(
      'police',
      `/v1/notices/${notice}/attachments?kind=complaintReceipt&name=${name}`,
      {
        method: 'POST',
        body: file,
        headers: { 'content-type': 'application/pdf', 'idempotency-key': randomUUID() },
      },
    );
    expect(response.status).toBe(202);
    return ((await response.json()) as { id: string }).id;
  }

  /** Documents of a case, oldest first. */
  documents(service: ServiceName, caseId: string): Promise<readonly DocumentItem[]> {
    return this.list<DocumentItem>(service, `/v1/cases/${caseId}/attachments`);
  }

  /** The document itself, or what is said instead. */
  content(service: ServiceName, caseId: string, id: string): Promise<Response> {
    return this.raw(service, `/v1/cases/${caseId}/attachments/${id}/content`);
  }

  /** An application for a permit that rests on no notice. */
  async lodge(familyName: string): Promise<{ readonly id: string; readonly version: number }> {
    const { status, body } = await this.post<{ id: string; version: number }>('prefecture', '/v1/permits', {
      ground: 'cooperation',
      holder: { familyName },
      situation: {},
    });
    expect(status).toBe(201);
    return body;
  }

  private async raw(service: ServiceName, path: string, init: RequestInit = {}): Promise<Response> {
    const authorization = `Bearer ${await this.system.token(this.accounts[service])}`;
    return fetch(`${this.system.service(service).url}${path}`, {
      ...init,
      headers: { ...init.headers, authorization },
      signal: AbortSignal.timeout(10_000),
    });
  }

  private async reference(id: string, prefecture: string): Promise<string> {
    const [row] = await query<{ reference: string }>(
      this.system.databaseUrl('police'),
      `SELECT r.reference FROM police.notice n JOIN messaging.case_reference r ON r.case_id = n.case_id
        WHERE n.id = $1 AND r.peer = $2`,
      [id, prefecture],
    );
    return row?.reference ?? 'no reference';
  }
}

/** About somebody of that name. */
export const about = (
  familyName: string,
  more: Parameters<typeof aNotice>[0] = {},
): ReturnType<typeof aNotice> => aNotice({ civilStatus: { declared: { familyName } }, ...more });
