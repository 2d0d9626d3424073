import type { AgencyServiceOptions } from '@liaison/casework';
import { buildOpenApi, ROLES } from '@liaison/platform';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgencyWorld, startAgencyWorld, type TestService } from './agency-harness';
import { ownPaths } from './fuzz-paths';
import { schemathesis } from './fuzz-tools';
import { describeUnless } from './servers';

export interface FuzzOptions {
  readonly service: AgencyServiceOptions;
  readonly agencyId: string;
  /** Of the caller, who has every role. */
  readonly unit: string;
}

/** Random requests to each operation, right and wrong ones, beside its examples. */
const EXAMPLES = process.env['FUZZ_EXAMPLES'];
const FEW_EXAMPLES = '8';
const LIMIT_MS = EXAMPLES === undefined ? 600_000 : 3_600_000;
/** `coverage` goes systematically through what each parameter and body may not be: left out, null, of another type, past its limits. */
const PHASES = 'examples,coverage,fuzzing';
const START_MS = 60_000;
/** Where the test runner has not installed it: `jest` alone. */
const INSTALL_MS = 300_000;

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'ignored_auth',
];

/**
 * No request waits for news. Of coverage only what is wrong: what is right is asked by the other phases, and the methods that a path
 * does not have are the framework's.
 */
const CONFIG = `
[[operations]]
include-path = "/v1/changes"
parameters = { "query.wait" = 0 }

[phases.coverage]
unexpected-methods = []

[phases.coverage.generation]
mode = "negative"
`;

/**
 * Holds a running service against its own OpenAPI document: no answer of 500 or above, no status, header or body that the
 * document does not name, no route without a token. A service is asked what `ownPaths` says. What is asked is the same each time; `FUZZ_EXAMPLES=500 npm test -- fuzz`
 * asks more, and something new. Where there is no Python (LIAISON_FUZZ_UNAVAILABLE=1) one test says so, and fails with
 * CI=true.
 */
export function describeFuzz({ service, agencyId, unit }: FuzzOptions): void {
  const missing = process.env['LIAISON_FUZZ_UNAVAILABLE'] === '1';
  const name = `the OpenAPI document of the ${service.service} service`;
  describeUnless(missing, name, 'install Python 3.10 or later and pip', () => {
    let world: AgencyWorld;
    let tested: TestService;
    let folder: string;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'liaison-fuzz-'));
      world = await startAgencyWorld();
      tested = await world.start({ ...service, agencyId });
    }, START_MS);
    afterAll(async () => {
      await world.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it(
      'says what the service answers, whatever it is asked',
      async () => {
        const openApi = buildOpenApi(tested.app, service.openApi);
        const document = join(folder, 'openapi.json');
        writeFileSync(document, JSON.stringify(openApi));
        writeFileSync(join(folder, 'schemathesis.toml'), CONFIG);
        const { code, output } = await schemathesis(
          [
            ...['run', document, '--url', tested.url],
            ...ownPaths(service.service, openApi).flatMap((path) => ['--include-path', path]),
            ...['--header', `Authorization: Bearer ${await tested.token({ unit, roles: ROLES })}`],
            ...['--checks', CHECKS.join(','), '--phases', PHASES],
            ...['--max-examples', EXAMPLES ?? FEW_EXAMPLES, '--continue-on-failure', '--no-color'],
            ...['--suppress-health-check', 'all', '--warnings', 'off', '--request-timeout', '30'],
            ...(EXAMPLES === undefined ? ['--generation-deterministic'] : []),
          ],
          folder,
          LIMIT_MS,
        );
        if (code !== 0) throw new Error(output);
      },
      LIMIT_MS + INSTALL_MS,
    );
  });
}
