import { randomUUID } from 'node:crypto';
import type { Agent, Test } from 'supertest';
import { eventually } from './eventually';

export interface LinkAtOne {
  readonly id: string;
  readonly state: string;
  readonly round: number;
  readonly version: number;
  readonly cases: readonly string[];
}

/** One of two agencies that say of two cases that they are one person, as somebody there says and sees it. */
export class LinkSide {
  constructor(private readonly agent: Agent) {}

  propose(id: string, other: string, agency: string): Test {
    return this.agent
      .post(`/v1/cases/${id}/links`)
      .set('Idempotency-Key', randomUUID())
      .send({ other, agency });
  }

  answer({ id, version }: Pick<LinkAtOne, 'id' | 'version'>, verb: 'confirm' | 'refuse' | 'undo'): Test {
    return this.agent
      .post(`/v1/links/${id}/${verb}`)
      .set({ 'Idempotency-Key': randomUUID(), 'If-Match': `"${version}"` });
  }

  async of(caseId: string): Promise<readonly LinkAtOne[]> {
    const answer = await this.agent.get(`/v1/cases/${caseId}/links`).expect(200);
    return (answer.body as { readonly items: readonly LinkAtOne[] }).items;
  }

  /** The newest link of the case, once it is in this state. */
  reaches(caseId: string, state: string, round = 1): Promise<LinkAtOne> {
    return eventually(async () => {
      const [link] = await this.of(caseId);
      if (link?.state !== state || link.round !== round)
        throw new Error(`it is ${link?.state}, not ${state}`);
      return link;
    });
  }

  /** What waits on the desk of it. */
  async waiting(): Promise<readonly string[]> {
    const answer = await this.agent.get('/v1/desk?kind=person-link&limit=200').expect(200);
    return (answer.body as { readonly items: readonly { readonly id: string }[] }).items.map(({ id }) => id);
  }

  /** Agreed on a case, to one kind of agency learning of it for one purpose. */
  agree(caseId: string, to: string, purpose: string, value: 'given' | 'withdrawn' = 'given'): Test {
    const how = { form: 'written', language: 'en', explainedAs: 'caseworker' };
    return this.agent
      .post(`/v1/cases/${caseId}/consents`)
      .set('Idempotency-Key', randomUUID())
      .send({ to, purpose, value, ...(value === 'given' && how) });
  }
}
