import type { AgencyServiceOptions } from '@liaison/casework';
import { listRoutes, ROLES, type Role, type Route } from '@liaison/platform';
import { randomUUID } from 'node:crypto';
import type { Agent, Response } from 'supertest';
import { type AgencyWorld, startAgencyWorld, type TestService } from './agency-harness';
import type { TokenDefects } from './token-issuer';

export interface AccessOptions {
  readonly service: AgencyServiceOptions;
  readonly agencyId: string;
  /** Of the callers. */
  readonly unit: string;
  /** Who may call what, such as `{ 'GET /v1/notices/:id': ['officer'] }`: every route that is not public. */
  readonly expected: Readonly<Record<string, readonly string[]>>;
}

const PUBLIC = ['GET /health/live', 'GET /health/ready', 'GET /metrics'];
/** Another agency of the demonstration's directory than any that is tested. */
const STRANGER = 'prefecture-13';

const BAD_TOKENS: readonly (readonly [name: string, defects: TokenDefects, code: string])[] = [
  ['has expired', { expiresInSeconds: -1 }, 'token-expired'],
  ['is for another audience', { audience: 'urn:example:another-service' }, 'token-invalid'],
  ['is signed by nobody (alg none)', { unsigned: true }, 'token-invalid'],
  ['is signed with a key that is not the issuer’s', { forged: true }, 'token-invalid'],
];

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;

/**
 * Walks every route of a service over HTTP: without a token, with bad ones, with another agency's, with each role. A new
 * route fails until the spec's table says who may call it.
 */
export function describeAccess({ service, agencyId, unit, expected }: AccessOptions): void {
  describe(`who may call the ${service.service} service`, () => {
    let world: AgencyWorld;
    let tested: TestService;
    let routes: readonly Route[];

    beforeAll(async () => {
      world = await startAgencyWorld();
      tested = await world.start({ ...service, agencyId });
      routes = listRoutes(tested.app);
    });
    afterAll(() => world.stop());

    const closed = () => routes.filter(({ access }) => !access?.public);
    /** What each closed route answers, beside its name, so that a failure names it. */
    const walk = async (agent: Agent): Promise<readonly (readonly [string, number, unknown])[]> => {
      const answers: [string, number, unknown][] = [];
      for (const route of closed()) {
        const answer = await call(agent, route);
        answers.push([nameOf(route), answer.status, (answer.body as { code?: unknown }).code]);
      }
      return answers;
    };
    const everywhere = (status: number, code: string) =>
      closed().map((route) => [nameOf(route), status, code]);

    it('has these routes, each with who may call it', () => {
      const declared = closed().map((route) => {
        const roles = route.access?.public === false ? [...route.access.roles].sort() : undefined;
        return [nameOf(route), roles];
      });
      expect(Object.fromEntries(declared)).toEqual(expected);
      expect(routes.filter(({ access }) => access?.public).map(nameOf)).toEqual(PUBLIC);
    });

    it('answers 401 without a token', async () => {
      expect(await walk(tested.anonymous())).toEqual(everywhere(401, 'token-missing'));
    });

    it.each(BAD_TOKENS)('answers 401 to a token that %s', async (_, defects, code) => {
      const agent = await tested.as({ unit, roles: ROLES }, defects);
      expect(await walk(agent)).toEqual(everywhere(401, code));
    });

    it('answers 403 to another agency, with whatever roles', async () => {
      const agent = await tested.as({ agency: STRANGER, unit, roles: ROLES });
      expect(await walk(agent)).toEqual(everywhere(403, 'wrong-agency'));
    });

    it('answers 403 to a colleague without any role', async () => {
      const agent = await tested.as({ unit, roles: [] });
      expect(await walk(agent)).toEqual(everywhere(403, 'role-missing'));
    });

    it.each(ROLES)('lets the role %s in where it is declared, and nowhere else', async (role: Role) => {
      const agent = await tested.as({ unit, roles: [role] });
      const refused = (await walk(agent)).filter(([, , code]) => code === 'role-missing');
      const others = Object.keys(expected).filter((name) => expected[name]?.includes(role) !== true);
      expect(refused.map(([name]) => name).sort()).toEqual(others.sort());
    });
  });
}

/** A request with an empty body and made-up parameters: who may call is decided before they are looked at. */
function call(agent: Agent, { method, path }: Route): Promise<Response> {
  const address = path.replace(/:\w+/g, () => randomUUID());
  switch (method) {
    case 'POST':
      return agent.post(address).send({});
    case 'PUT':
      return agent.put(address).send({});
    case 'PATCH':
      return agent.patch(address).send({});
    case 'DELETE':
      return agent.delete(address);
    default:
      return agent.get(address);
  }
}
