import type { DecidedField } from '@liaison/messaging';
import type { Decision } from '@liaison/sharing-policy';

const rows = new WeakMap<Decision['fields'], readonly DecidedField[]>();

/** The answer as a list; one array for all decisions that come to the same answer, so that others can cache by it. */
export function decidedFields(decision: Decision): readonly DecidedField[] {
  let listed = rows.get(decision.fields);
  if (!listed) {
    listed = Object.entries(decision.fields).map(([path, { treatment, to, rules, articles }]) => ({
      path,
      treatment,
      ...(to && { to }),
      rules,
      articles,
    }));
    rows.set(decision.fields, listed);
  }
  return listed;
}
