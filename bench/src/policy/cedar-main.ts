import * as cedar from '@cedar-policy/cedar-wasm/nodejs';
import { ADDRESS, FIELDS, NAMED, NOT_OF_MINORS, type Question, QUESTIONS, rateOf } from './question';

/** Cedar in a process of its own: its WebAssembly can end the process that it runs in. Prints one JSON document. */
const policies = Array.from({ length: 200 }, (_, recipient) => {
  const rule = (fields: readonly string[], when: string) =>
    `permit(principal == Agency::"${recipient}", action == Action::"read", resource)
     when { [${fields.map((field) => `Field::"${field}"`).join(', ')}].contains(resource) && context.competent${when} };`;
  return [
    rule(NAMED, ''),
    rule(NOT_OF_MINORS, ' && !context.minor'),
    rule(ADDRESS, ' && !context.protectedAddress'),
  ];
})
  .flat()
  .join('\n');

const parsed = cedar.preparsePolicySet('all', { staticPolicies: policies });
if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed));

function answer({ recipient, competent, minor, protectedAddress }: Question): string[] {
  return FIELDS.filter((field) => {
    const result = cedar.statefulIsAuthorized({
      principal: { type: 'Agency', id: String(recipient) },
      action: { type: 'Action', id: 'read' },
      resource: { type: 'Field', id: field },
      context: { competent, minor, protectedAddress },
      preparsedPolicySetId: 'all',
      entities: [],
    });
    if (result.type !== 'success') throw new Error(JSON.stringify(result));
    return result.response.decision === 'allow';
  });
}

process.stdout.write(JSON.stringify({ answers: QUESTIONS.map(answer), rate: rateOf(answer, 1000) }));
