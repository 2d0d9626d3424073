// Lints snippets as if each were a file of the workspace: JSON [{file, code}] on standard input, JSON
// [[{rule, message}]] on standard output. A process of its own, because Jest cannot load eslint.config.mjs.
const { join } = require('node:path');
const { text } = require('node:stream/consumers');

const { ESLint } = require('eslint');
const { createProjectGraphAsync } = require('nx/src/devkit-exports');
const tseslint = require('typescript-eslint');

const root = join(__dirname, '..');

async function main() {
  const snippets = JSON.parse(await text(process.stdin));
  await createProjectGraphAsync(); // Without a cached graph the boundary rule is skipped with a mere warning.
  // The snippets are in no TypeScript program, so the rules that need types are off; those under test need none.
  const eslint = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked] });
  const answers = [];
  for (const { file, code } of snippets) {
    const [result] = await eslint.lintText(code, { filePath: join(root, file) });
    answers.push((result?.messages ?? []).map(({ ruleId, message }) => ({ rule: ruleId, message })));
  }
  process.stdout.write(JSON.stringify(answers));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
