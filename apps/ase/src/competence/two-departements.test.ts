import { REFERRAL_MADE, type ReferralMadeV1 } from '@liaison/contracts';
import {
  type AgencyWorld,
  aReferral,
  eventually,
  startAgencyWorld,
  startPeer,
  type TestPeer,
  type TestService,
} from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent, Test } from 'supertest';
import { ASE } from '../service';

const UNIT = 'mna';

export interface Conflict {
  readonly id: string;
  readonly version: number;
  readonly state: string;
}

/** Two départements, with an association that refers children and the parquet where they are found. */
export interface TwoDepartements {
  readonly world: AgencyWorld;
  readonly association: TestPeer;
  readonly parquet: TestPeer;
  /** Where the child is found. */
  readonly paris: TestService;
  readonly marseille: TestService;
  /** Caseworkers there. */
  readonly here: Agent;
  readonly there: Agent;
  /** @returns the case in Paris of a child who was referred */
  refer(more?: Partial<ReferralMadeV1>): Promise<string>;
}

export const CLAIM = {
  departement: '13',
  ground: 'residence',
  account: 'She says that she lived in Marseille for a year.',
  civilStatus: {
    declared: { familyName: 'Okafor', estimatedAge: 15, estimatedAgeBasis: ['appearance'] },
    languages: ['en'],
  },
  age: { ground: 'estimated' },
};

export async function startTwoDepartements(): Promise<TwoDepartements> {
  const world = await startAgencyWorld();
  const association = await startPeer(world, 'asso-refuge');
  const parquet = await startPeer(world, 'parquet-75');
  const env = { DEFAULT_UNIT: UNIT };
  const paris = await world.start({ agencyId: 'ase-75', env, ...ASE });
  const marseille = await world.start({ agencyId: 'ase-13', env, ...ASE });
  const claims = { unit: UNIT, roles: ['caseworker'] };
  const here = await paris.as(claims);
  const there = await marseille.as(claims);
  return {
    world,
    association,
    parquet,
    paris,
    marseille,
    here,
    there,
    refer: async (more = {}) => {
      const reference = await association.send('ase-75', {
        type: REFERRAL_MADE,
        document: aReferral({ madeAt: new Date().toISOString(), prosecutor: false, ...more }),
        purpose: 'protection-of-minors',
        facts: { departement: '75', protectedIdentity: false, protectedAddress: false },
      });
      return eventually(async () => {
        const { body } = await here.get('/v1/received-referrals?limit=200').expect(200);
        const items = body.items as { readonly reference: string; readonly caseId: string }[];
        const found = items.find((each) => each.reference === reference);
        if (!found) throw new Error('it has not arrived');
        return found.caseId;
      });
    },
  };
}

/** An act on something that has a version. */
export function act(agent: Agent, path: string, version: number, body: object = {}): Test {
  return agent.post(path).set('Idempotency-Key', randomUUID()).set('If-Match', `"${version}"`).send(body);
}

export const claim = (agent: Agent, caseId: string, content: object = CLAIM): Test =>
  agent.post('/v1/competence-conflicts').set('Idempotency-Key', randomUUID()).send({ caseId, content });

export interface Claim extends Conflict {
  readonly caseId: string;
}

/** What the other département has of a conflict, once it is in this state. */
export const claimIn = (agent: Agent, conflict: string, state: string): Promise<Claim> =>
  eventually(async () => {
    const { body } = await agent.get(`/v1/competence-claims?limit=200&state=${state}`).expect(200);
    const found = (body.items as (Claim & { readonly conflict: string })[]).find(
      (each) => each.conflict === conflict,
    );
    if (!found) throw new Error(`it is not ${state}`);
    return found;
  });

/** The conflict at whoever keeps it, once it is in this state. */
export const conflictIn = (agent: Agent, id: string, state: string): Promise<Conflict> =>
  eventually(async () => {
    const { body } = await agent.get(`/v1/competence-conflicts/${id}`).expect(200);
    expect(body.state).toBe(state);
    return body as Conflict;
  });
