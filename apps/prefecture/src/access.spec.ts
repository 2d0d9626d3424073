import { listRoutes, ROLES, type Route } from '@liaison/platform';
import { type AgencyWorld, startAgencyWorld, type TestService } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent, Response } from 'supertest';
import { PREFECTURE } from './service';

/** Who may call what: changed here only with the decision to change it. */
const DESK = ['caseworker', 'desk', 'supervisor'];
const DECIDERS = ['desk', 'supervisor'];
const EXPECTED: Record<string, readonly string[]> = {
  'GET /v1/agdref-extracts': DECIDERS,
  'POST /v1/agdref-extracts': DECIDERS,
  'GET /v1/agdref-extracts/:id/content': DECIDERS,
  'POST /v1/agdref-extracts/:id/hand-over': DECIDERS,
  'POST /v1/agdref-extracts/:id/refuse': DECIDERS,
  'GET /v1/books/:peer/received': ['operator'],
  'GET /v1/books/:peer/sent': ['operator'],
  'GET /v1/dead-letters': ['operator'],
  'GET /v1/dead-letters/:direction/:peer/:id': ['operator'],
  'POST /v1/dead-letters/:direction/:peer/:id/discard': ['operator'],
  'POST /v1/dead-letters/:direction/:peer/:id/discard-proposal': ['operator'],
  'POST /v1/dead-letters/:direction/:peer/:id/redrive': ['operator'],
  'GET /v1/notices': DESK,
  'GET /v1/notices/:id': DESK,
  'POST /v1/notices/:id/acknowledge': DECIDERS,
  'GET /v1/notices/:id/deliveries': DESK,
  'GET /v1/permits': DESK,
  'POST /v1/permits': DECIDERS,
  'GET /v1/permits/:id': DESK,
  'POST /v1/permits/:id/abandon': DECIDERS,
  'POST /v1/permits/:id/appeal': DECIDERS,
  'POST /v1/permits/:id/appeal-decision': DECIDERS,
  'POST /v1/permits/:id/grant': DECIDERS,
  'POST /v1/permits/:id/proceedings': DECIDERS,
  'GET /v1/permits/:id/proposals': DESK,
  'POST /v1/permits/:id/refuse': DECIDERS,
  'PUT /v1/permits/:id/situation': DECIDERS,
  'POST /v1/permits/:id/withdraw': DECIDERS,
  'GET /v1/recipients': ['operator'],
  'POST /v1/recipients/:recipient/retry': ['operator'],
  'GET /v1/reflection-periods': DESK,
  'POST /v1/reflection-periods': DECIDERS,
  'GET /v1/reflection-periods/:id': DESK,
  // Whoever learns of a breach may say so.
  'POST /v1/reflection-periods/:id/breaches': DESK,
  'POST /v1/reflection-periods/:id/breaches/:breach/remedy': DECIDERS,
  'POST /v1/reflection-periods/:id/end': DECIDERS,
  'GET /v1/reflection-periods/:id/information': DESK,
  'GET /v1/reflection-periods/:id/receipt': DESK,
  'GET /v1/reflection-periods/counts': DECIDERS,
  'GET /v1/statistics/permits': DECIDERS,
  'GET /v1/statistics/permits/released': ['supervisor'],
};
const PUBLIC = ['GET /health/live', 'GET /health/ready', 'GET /metrics'];

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;

describe('who may call the service', () => {
  let world: AgencyWorld;
  let prefecture: TestService;
  let routes: readonly Route[];

  beforeAll(async () => {
    world = await startAgencyWorld();
    prefecture = await world.start({ ...PREFECTURE, agencyId: 'prefecture-75' });
    routes = listRoutes(prefecture.app);
  });
  afterAll(() => world.stop());

  const call = (agent: Agent, { method, path }: Route): Promise<Response> => {
    const address = path.replace(':id', randomUUID()).replace(':breach', randomUUID());
    switch (method) {
      case 'POST':
        return agent.post(address).send({});
      case 'PUT':
        return agent.put(address).send({});
      default:
        return agent.get(address);
    }
  };
  const closed = () => routes.filter(({ access }) => !access?.public);

  it('has these routes, each with who may call it', () => {
    const declared = closed().map((route) => {
      const roles = route.access?.public === false ? [...route.access.roles].sort() : undefined;
      return [nameOf(route), roles];
    });
    expect(Object.fromEntries(declared)).toEqual(EXPECTED);
    expect(routes.filter(({ access }) => access?.public).map(nameOf)).toEqual(PUBLIC);
  });

  it('answers 401 without a token', async () => {
    for (const route of closed()) {
      const { status, body } = await call(prefecture.anonymous(), route);
      expect([nameOf(route), status, body.code]).toEqual([nameOf(route), 401, 'token-missing']);
    }
  });

  it('answers 403 to another agency, with whatever roles', async () => {
    const stranger = await prefecture.as({ agency: 'police-75', unit: 'desk', roles: ROLES });
    for (const route of closed()) {
      const { status, body } = await call(stranger, route);
      expect([nameOf(route), status, body.code]).toEqual([nameOf(route), 403, 'wrong-agency']);
    }
  });

  it.each(ROLES)('lets the role %s in where it is declared, and nowhere else', async (role) => {
    const agent = await prefecture.as({ unit: 'desk', roles: [role] });
    for (const route of closed()) {
      const { body } = await call(agent, route);
      const may = EXPECTED[nameOf(route)]?.includes(role) ?? false;
      expect([nameOf(route), body.code === 'role-missing']).toEqual([nameOf(route), !may]);
    }
  });
});
