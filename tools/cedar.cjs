// Answers by Cedar, the public policy engine, what a spec asks of it: its WebAssembly can end the process that it runs in,
// so this is one of its own. Each line in is `{policies, questions}`, each line out the decisions.
const { createInterface } = require('node:readline');
const cedar = require('@cedar-policy/cedar-wasm/nodejs');

const PRINCIPAL = { type: 'Reader', id: 'reader' };

function decide(policies, { action, resource, context }) {
  const answer = cedar.isAuthorized({
    principal: PRINCIPAL,
    action: { type: 'Action', id: action },
    resource: { type: 'Field', id: resource },
    context,
    policies: { staticPolicies: policies },
    entities: [],
  });
  // Cedar passes over a policy that fails, which would make a mistake in the translation look like an answer.
  const errors = answer.type === 'success' ? answer.response.diagnostics.errors : answer.errors;
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return answer.response.decision;
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const { policies, questions } = JSON.parse(line);
  console.log(JSON.stringify(questions.map((question) => decide(policies, question))));
});
