import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const BOUNDARY = '@nx/enforce-module-boundaries';
const RESTRICTED = '@typescript-eslint/no-restricted-imports';

/** What a file of that name may not contain, and the rule that says so. */
const forbidden = [
  ['kernel imports contracts', 'libs/kernel/src/x.ts', `export * from '@liaison/contracts';`, BOUNDARY],
  ['the client imports the kernel', 'libs/client/src/x.ts', `export * from '@liaison/kernel';`, BOUNDARY],
  ['the client imports an npm package', 'libs/client/src/x.ts', `export * from 'yaml';`, BOUNDARY],
  ['a service imports the client', 'apps/police/src/x.ts', `export * from '@liaison/client';`, BOUNDARY],
  ['kernel imports an npm package', 'libs/kernel/src/x.ts', `export * from 'yaml';`, BOUNDARY],
  ['contracts imports Nest', 'libs/contracts/src/x.ts', `export * from '@nestjs/common';`, BOUNDARY],
  ['sharing-policy imports typeorm', 'libs/sharing-policy/src/x.ts', `export * from 'typeorm';`, BOUNDARY],
  [
    'sharing-policy imports node:crypto',
    'libs/sharing-policy/src/x.ts',
    `export * from 'node:crypto';`,
    RESTRICTED,
  ],
  ['sharing-policy imports crypto', 'libs/sharing-policy/src/x.ts', `export * from 'crypto';`, RESTRICTED],
  [
    'sharing-policy imports dynamically',
    'libs/sharing-policy/src/x.ts',
    `export const x = import('node:fs');`,
    'no-restricted-syntax',
  ],
  [
    'sharing-policy reads process',
    'libs/sharing-policy/src/x.ts',
    `export const x = process.env;`,
    'no-restricted-globals',
  ],
  [
    'sharing-policy imports messaging',
    'libs/sharing-policy/src/x.ts',
    `export * from '@liaison/messaging';`,
    BOUNDARY,
  ],
  ['placement imports casework', 'libs/placement/src/x.ts', `export * from '@liaison/casework';`, BOUNDARY],
  ['placement imports node:fs', 'libs/placement/src/x.ts', `export * from 'node:fs';`, RESTRICTED],
  [
    'an app imports another by path',
    'apps/police/src/x.ts',
    `export * from '../../prefecture/src/x';`,
    BOUNDARY,
  ],
  [
    'an app imports another by name',
    'apps/police/src/x.ts',
    `export * from '@liaison/prefecture';`,
    RESTRICTED,
  ],
  ['an app imports local-stack', 'apps/police/src/x.ts', `export * from '@liaison/local-stack';`, BOUNDARY],
  ['messaging imports platform', 'libs/messaging/src/x.ts', `export * from '@liaison/platform';`, BOUNDARY],
  ['platform imports messaging', 'libs/platform/src/x.ts', `export * from '@liaison/messaging';`, BOUNDARY],
  ['platform imports kafkajs', 'libs/platform/src/x.ts', `export * from 'kafkajs';`, RESTRICTED],
  ['an e2e test imports kafkajs', 'e2e/src/x.spec.ts', `export * from 'kafkajs';`, RESTRICTED],
  ['a library imports testing', 'libs/messaging/src/x.ts', `export * from '@liaison/testing';`, RESTRICTED],
  ['an app imports testing', 'apps/police/src/x.ts', `export * from '@liaison/testing';`, RESTRICTED],
  [
    'a body of a union type',
    'apps/police/src/x.ts',
    `export class X { y(@Body() body: object | undefined) { return body; } }`,
    'no-restricted-syntax',
  ],
  ['an app prints', 'apps/police/src/x.ts', `console.log(1);`, 'no-console'],
] as const;

const allowed = [
  ['an app imports casework', 'apps/police/src/x.ts', `export * from '@liaison/casework';`],
  [
    'messaging imports kafkajs and contracts',
    'libs/messaging/src/x.ts',
    `export * from 'kafkajs';\nexport * from '@liaison/contracts';`,
  ],
  ['an e2e test imports the client', 'e2e/src/x.ts', `export * from '@liaison/client';`],
  ['testing imports its own files', 'libs/testing/src/x.ts', `export * from './servers';`],
  ['testing imports what its users are', 'libs/testing/src/x.ts', `export * from '@liaison/messaging';`],
  ['a spec imports testing', 'libs/messaging/src/x.spec.ts', `export * from '@liaison/testing';`],
  ['a spec of a pure library hashes', 'libs/sharing-policy/src/x.spec.ts', `export * from 'node:crypto';`],
  ['the CLI imports local-stack', 'apps/cli/src/x.ts', `export * from '@liaison/local-stack';`],
  ['the benchmark imports kafkajs for its peer', 'bench/src/x.ts', `export * from 'kafkajs';`],
] as const;

interface Finding {
  readonly rule: string | null;
  readonly message: string;
}

/** One process for all snippets: loading ESLint costs more than linting. */
function lint(snippets: readonly { file: string; code: string }[]): Finding[][] {
  const script = join(__dirname, 'lint-snippets.cjs');
  const answer = execFileSync(process.execPath, [script], {
    input: JSON.stringify(snippets),
    encoding: 'utf8',
  });
  return JSON.parse(answer) as Finding[][];
}

describe('the import table of docs/architecture.md', () => {
  let findings: Finding[][];
  const disabled = {
    file: 'libs/platform/src/x.ts',
    code: `// eslint-disable-next-line\nexport * from 'kafkajs';\n`,
  };
  const at = (index: number): Finding[] => findings[index] ?? [];

  beforeAll(() => {
    const snippets = [...forbidden, ...allowed].map(([, file, code]) => ({ file, code: `${code}\n` }));
    findings = lint([...snippets, disabled]);
  }, 60_000);

  it.each(forbidden.map(([what, , , rule], index) => [what, rule, index] as const))(
    'refuses: %s',
    (_, rule, index) => {
      expect(at(index).map((finding) => finding.rule)).toContain(rule);
    },
  );

  it.each(allowed.map(([what], index) => [what, forbidden.length + index] as const))(
    'accepts: %s',
    (_, index) => {
      expect(at(index)).toEqual([]);
    },
  );

  it('cannot be switched off in a comment', () => {
    expect(at(forbidden.length + allowed.length).map((finding) => finding.rule)).toContain(RESTRICTED);
  });
});
