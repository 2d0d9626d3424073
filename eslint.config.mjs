import { builtinModules } from 'node:module';

import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Compiled by no build: specs, and what only specs share. */
const specs = ['**/*.spec.ts', '**/*.test.ts'];
const pureLibraries = ['kernel', 'contracts', 'sharing-policy', 'placement'].map(
  (name) => `libs/${name}/**/*.ts`,
);

// The import table of docs/architecture.md. Only specs, e2e and bench may import `type:testing`; the graph cannot tell
// a spec from its project, so it is allowed here and refused by file below.
const table = {
  'type:kernel': [],
  'type:client': [],
  'type:contracts': ['type:kernel', 'type:testing'],
  'type:pure': ['type:kernel', 'type:contracts', 'type:testing'],
  'type:messaging': ['type:kernel', 'type:contracts', 'type:pure', 'type:testing'],
  'type:platform': ['type:kernel', 'type:contracts', 'type:pure', 'type:testing'],
  'type:casework': [
    'type:kernel',
    'type:contracts',
    'type:pure',
    'type:messaging',
    'type:platform',
    'type:testing',
  ],
  'type:local-stack': ['type:kernel', 'type:platform', 'type:testing'],
  'type:testing': [
    'type:kernel',
    'type:contracts',
    'type:pure',
    'type:messaging',
    'type:platform',
    'type:casework',
    'type:local-stack',
  ],
  'type:app': [
    'type:kernel',
    'type:contracts',
    'type:pure',
    'type:messaging',
    'type:platform',
    'type:casework',
    'type:testing',
  ],
  'type:cli': [
    'type:kernel',
    'type:contracts',
    'type:pure',
    'type:messaging',
    'type:platform',
    'type:casework',
    'type:local-stack',
    'type:testing',
  ],
  'type:e2e': [
    'type:client',
    'type:kernel',
    'type:contracts',
    'type:pure',
    'type:messaging',
    'type:platform',
    'type:casework',
    'type:local-stack',
    'type:testing',
  ],
};
const scopes = [
  'police',
  'prefecture',
  'association',
  'ase',
  'partner',
  'audit-log',
  'cli',
  'e2e',
  'bench',
].map((name) => `scope:${name}`);
const effects = ['@nestjs/*', 'typeorm', 'pg', 'kafkajs', 'express'];
const externals = {
  'type:kernel': { allowedExternalImports: ['fast-check'] },
  'type:client': { allowedExternalImports: ['fast-check', 'openapi-fetch'] },
  'type:contracts': { bannedExternalImports: effects },
  'type:pure': { bannedExternalImports: effects },
};
const depConstraints = [
  ...Object.entries(table).map(([sourceTag, onlyDependOnLibsWithTags]) => ({
    sourceTag,
    onlyDependOnLibsWithTags,
    ...externals[sourceTag],
  })),
  ...scopes.map((scope) => ({ sourceTag: scope, onlyDependOnLibsWithTags: [scope, 'scope:shared'] })),
  { sourceTag: 'scope:shared', onlyDependOnLibsWithTags: ['scope:shared'] },
];

const kafkajs = { name: 'kafkajs', message: 'Only @liaison/messaging talks to Kafka; use its Broker port.' };
const testing = {
  name: '@liaison/testing',
  message: 'Only specs, e2e and bench may import @liaison/testing.',
};
const builtins = builtinModules
  .filter((name) => !name.startsWith('_'))
  .map((name) => ({ name, message: 'A pure library runs anywhere: pass the effect in.' }));
const nodeScheme = { group: ['node:*'], message: 'A pure library runs anywhere: pass the effect in.' };
const appNames = ['police', 'prefecture', 'association', 'ase', 'partner', 'audit-log', 'cli'].map(
  (name) => `@liaison/${name}`,
);
const apps = {
  group: appNames.flatMap((name) => [name, `${name}/*`]),
  message: 'Nothing imports an application.',
};
/** The last entry that matches a file replaces the earlier ones, so each names everything it refuses. */
const refuse = (paths, patterns = []) => ({
  '@typescript-eslint/no-restricted-imports': ['error', { paths, patterns: [apps, ...patterns] }],
});

export default defineConfig(
  { ignores: ['**/dist', '**/coverage', '.nx', '.liaison', 'node_modules', 'libs/client/src/generated'] },
  // noInlineConfig: a limit is met or changed here, never switched off in a comment.
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  { rules: { 'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }] } },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.recommendedTypeChecked, prettier],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx },
    rules: {
      // It would turn an injected class or a DTO into a type, and Nest would then validate nothing.
      '@typescript-eslint/consistent-type-imports': 'off',
      // A port's method is async so that what it throws becomes a rejection, whether or not an adapter awaits.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@nx/enforce-module-boundaries': [
        'error',
        {
          // A command's own files, loaded when it is asked for: node resolves such an import by apps/cli/package.json.
          allow: ['#cli/**'],
          depConstraints,
          // A library's spec uses @liaison/testing, which uses the library: no cycle at run time.
          ignoredCircularDependencies: Object.keys(table)
            .filter((tag) => tag !== 'type:testing')
            .map((tag) => [`tag:${tag}`, '@liaison/testing']),
        },
      ],
    },
  },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    rules: { 'no-console': 'error', ...refuse([kafkajs, testing]) },
  },
  {
    files: ['apps/cli/**/*.ts', 'libs/local-stack/**/*.ts', 'libs/testing/**/*.ts', ...specs],
    rules: { 'no-console': 'off' },
  },
  { files: ['libs/messaging/**/*.ts'], rules: refuse([testing]) },
  { files: ['e2e/**/*.ts', 'libs/testing/**/*.ts', ...specs], rules: refuse([kafkajs]) },
  {
    files: ['bench/**/*.ts', 'libs/{local-stack,messaging,testing}/**/*.spec.ts'],
    rules: refuse([]),
  },
  {
    files: pureLibraries,
    ignores: specs,
    rules: {
      ...refuse([kafkajs, testing, ...builtins], [nodeScheme]),
      'no-restricted-globals': ['error', 'process', 'Buffer', 'global', 'require', '__dirname', '__filename'],
      'no-restricted-syntax': [
        'error',
        { selector: 'ImportExpression', message: 'A pure library imports statically.' },
      ],
    },
  },
  {
    // SWC emits the type of a union as Object, and ValidationPipe then accepts any body without a word.
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: [...pureLibraries, ...specs],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'Identifier:has(Decorator > CallExpression[callee.name=/^(Body|Query)$/]) > TSTypeAnnotation > TSUnionType',
          message: 'Write `body?: Dto`: a union type turns the validation off.',
        },
        {
          selector:
            'CallExpression[callee.property.name=/^(debug|info|warn|error|fatal)$/] > ObjectExpression > Property[key.name="error"]',
          message:
            'Write `{ err: error }`: it leaves out what the messages of parsers and of the database quote.',
        },
      ],
    },
  },
  {
    files: specs,
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
