import type { AuditedField } from '@liaison/contracts';
import { sha256Hex } from '../audit/audit-trail';
import type { DecidedField } from './ports';

const descriptions = new WeakMap<readonly DecidedField[], { digest: string; json: string }>();
const groups = new WeakMap<readonly DecidedField[], AuditedField[]>();

/** The answer field by field as the sender keeps it, once per distinct answer. */
export function describeFields(fields: readonly DecidedField[]): { digest: string; json: string } {
  let described = descriptions.get(fields);
  if (!described) {
    const json = JSON.stringify(fields);
    described = { digest: sha256Hex(json), json };
    descriptions.set(fields, described);
  }
  return described;
}

/** The same for the audit record: names with treatment and rules, grouped, never a value. */
export function auditFields(fields: readonly DecidedField[]): AuditedField[] {
  let grouped = groups.get(fields);
  if (!grouped) {
    const byAnswer = new Map<string, AuditedField>();
    for (const { path, treatment, rules } of fields) {
      const key = `${treatment} ${rules.join(' ')}`;
      const group = byAnswer.get(key) ?? { treatment, rules: [...rules], paths: [] };
      group.paths.push(path);
      byAnswer.set(key, group);
    }
    grouped = [...byAnswer.values()];
    groups.set(fields, grouped);
  }
  return grouped;
}
