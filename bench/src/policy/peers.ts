import { createMongoAbility, subject } from '@casl/ability';
import { permittedFieldsOf } from '@casl/ability/extra';
import { type Enforcer, newEnforcer, newModelFromString, StringAdapter } from 'casbin';
import { ADDRESS, type Answer, FIELDS, NAMED, NOT_OF_MINORS, type Question } from './question';

/** CASL, given the rules of some recipients: all of them, or only the one that is asked for, its best case. */
export function casl(recipients: readonly number[]): Answer {
  const ability = createMongoAbility(
    recipients.flatMap((recipient) => {
      const rule = (fields: readonly string[], more: object) => ({
        action: 'read',
        subject: 'Notice',
        fields: [...fields],
        conditions: { recipient, competent: true, ...more },
      });
      return [
        rule(NAMED, {}),
        rule(NOT_OF_MINORS, { minor: false }),
        rule(ADDRESS, { protectedAddress: false }),
      ];
    }),
  );
  const fieldsFrom = (rule: { fields?: string[] }): string[] => rule.fields ?? FIELDS;
  return (question) => {
    const open = permittedFieldsOf(ability, 'read', subject('Notice', { ...question }), { fieldsFrom });
    return FIELDS.filter((field) => open.includes(field));
  };
}

const MODEL = `
[request_definition]
r = recipient, field, question
[policy_definition]
p = recipient, field, needs
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.recipient == p.recipient && r.field == p.field && r.question.competent && (p.needs == "none" || (p.needs == "adult" && !r.question.minor) || (p.needs == "address" && !r.question.protectedAddress))
`;

/** casbin answers yes or no, so it is asked for every field. */
export async function casbin(recipients: readonly number[]): Promise<Answer> {
  const lines = recipients.flatMap((recipient) => [
    ...NAMED.map((field) => `p, ${recipient}, ${field}, none`),
    ...NOT_OF_MINORS.map((field) => `p, ${recipient}, ${field}, adult`),
    ...ADDRESS.map((field) => `p, ${recipient}, ${field}, address`),
  ]);
  const enforcer: Enforcer = await newEnforcer(
    newModelFromString(MODEL),
    new StringAdapter(lines.join('\n')),
  );
  return (question: Question) =>
    FIELDS.filter((field) => enforcer.enforceSync(String(question.recipient), field, { ...question }));
}
