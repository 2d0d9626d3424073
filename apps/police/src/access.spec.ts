import { listRoutes, ROLES, type Route } from '@liaison/platform';
import { type AgencyWorld, startAgencyWorld, type TestService } from '@liaison/testing';
import { randomUUID } from 'node:crypto';
import type { Agent, Response } from 'supertest';
import { POLICE } from './service';

/** Who may call what: changed here only with the decision to change it. */
const EXPECTED: Record<string, readonly string[]> = {
  'GET /v1/books/:peer/received': ['operator'],
  'GET /v1/books/:peer/sent': ['operator'],
  'GET /v1/breaches': ['caseworker', 'officer', 'supervisor'],
  'GET /v1/dead-letters': ['operator'],
  'GET /v1/dead-letters/:direction/:peer/:id': ['operator'],
  'POST /v1/dead-letters/:direction/:peer/:id/discard': ['operator'],
  'POST /v1/dead-letters/:direction/:peer/:id/discard-proposal': ['operator'],
  'POST /v1/dead-letters/:direction/:peer/:id/redrive': ['operator'],
  'GET /v1/notices': ['caseworker', 'officer', 'supervisor'],
  'POST /v1/notices': ['officer', 'supervisor'],
  'DELETE /v1/notices/:id': ['officer', 'supervisor'],
  'GET /v1/notices/:id': ['caseworker', 'officer', 'supervisor'],
  'PUT /v1/notices/:id': ['officer', 'supervisor'],
  'GET /v1/recipients': ['operator'],
  'POST /v1/recipients/:recipient/retry': ['operator'],
  'GET /v1/notices/:id/deliveries': ['caseworker', 'officer', 'supervisor'],
  'GET /v1/notices/:id/history': ['caseworker', 'officer', 'supervisor'],
  'POST /v1/notices/:id/amend': ['officer', 'supervisor'],
  'POST /v1/notices/:id/issue': ['officer', 'supervisor'],
  'POST /v1/notices/:id/move': ['officer', 'supervisor'],
  'POST /v1/notices/:id/preview': ['officer', 'supervisor'],
  'POST /v1/notices/:id/recall': ['officer', 'supervisor'],
  'POST /v1/notices/:id/withdraw': ['officer', 'supervisor'],
};
const PUBLIC = ['GET /health/live', 'GET /health/ready', 'GET /metrics'];

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;

describe('who may call the service', () => {
  let world: AgencyWorld;
  let police: TestService;
  let routes: readonly Route[];

  beforeAll(async () => {
    world = await startAgencyWorld();
    police = await world.start({ ...POLICE, agencyId: 'police-75' });
    routes = listRoutes(police.app);
  });
  afterAll(() => world.stop());

  const call = (agent: Agent, { method, path }: Route): Promise<Response> => {
    const address = path.replace(':id', randomUUID());
    switch (method) {
      case 'POST':
        return agent.post(address).send({});
      case 'PUT':
        return agent.put(address).send({});
      case 'DELETE':
        return agent.delete(address);
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
      const { status, body } = await call(police.anonymous(), route);
      expect([nameOf(route), status, body.code]).toEqual([nameOf(route), 401, 'token-missing']);
    }
  });

  it('answers 403 to another agency, with whatever roles', async () => {
    const stranger = await police.as({ agency: 'prefecture-75', unit: 'brp', roles: ROLES });
    for (const route of closed()) {
      const { status, body } = await call(stranger, route);
      expect([nameOf(route), status, body.code]).toEqual([nameOf(route), 403, 'wrong-agency']);
    }
  });

  it.each(ROLES)('lets the role %s in where it is declared, and nowhere else', async (role) => {
    const agent = await police.as({ unit: 'brp', roles: [role] });
    for (const route of closed()) {
      const { body } = await call(agent, route);
      const may = EXPECTED[nameOf(route)]?.includes(role) ?? false;
      expect([nameOf(route), body.code === 'role-missing']).toEqual([nameOf(route), !may]);
    }
  });
});
