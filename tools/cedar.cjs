// Answers by Cedar, the public policy engine, what a spec asks of it: its WebAssembly can end the process that it runs in,
// so this is one of its own. Each line in is `{policies, questions}`, each line out the decisions.
const { createInterface } = require('node:readline');
const cedar = require('@cedar-policy/cedar-wasm/nodejs');

const PRINCIPAL = { type: 'Reader', id: 'reader' };

function prepare(policies) {
  const parsed = cedar.preparsePolicySet('asked', { staticPolicies: policies });
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed.errors));
}

function decide({ action, resource, context }) {
  const answer = cedar.statefulIsAuthorized({
    principal: PRINCIPAL,
    action: { type: 'Action', id: action },
    resource: { type: 'Field', id: resource },
    context,
    preparsedPolicySetId: 'asked',
    entities: [],
  });
  // Cedar passes over a policy that fails, which would make a mistake in the translation look like an answer.
  const errors = answer.type === 'success' ? answer.response.diagnostics.errors : answer.errors;
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return answer.response.decision;
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { policies, questions } = JSON.parse(line);
  prepare(policies);
  console.log(JSON.stringify(questions.map(decide)));
});
