import { type CodedField, codedFieldsOf, type CodeList, type PayloadClass } from '@liaison/contracts';
import { departementOfCommune, isListed } from './code-lists';

const fieldsOf = new WeakMap<PayloadClass, readonly CodedField[]>();

/**
 * What is wrong with the codes of a document whose form is right: codes that are in no list, communes that do not lie in
 * the département beside them. For whoever writes: what comes from another agency was right when it was sent.
 */
export function referenceProblems(
  payload: PayloadClass,
  document: object,
): Readonly<Record<string, string>> | undefined {
  let fields = fieldsOf.get(payload);
  if (!fields) fieldsOf.set(payload, (fields = codedFieldsOf(payload)));
  const problems: [string, string][] = [];
  for (const { path, list } of fields) walk(document, path.split('.'), '', list, problems);
  return problems.length > 0 ? Object.fromEntries(problems) : undefined;
}

/** Through lists on the way, whose items share the path. */
function walk(
  owner: object,
  path: readonly string[],
  at: string,
  list: CodeList,
  found: [string, string][],
): void {
  const [name = '', ...rest] = path;
  const value = (owner as Record<string, unknown>)[name];
  const each = (item: unknown, where: string): void => {
    if (rest.length > 0) {
      if (typeof item === 'object' && item !== null) walk(item, rest, `${where}.`, list, found);
    } else if (typeof item === 'string') {
      const problem = problemOf(item, list, owner);
      if (problem) found.push([where, problem]);
    }
  };
  if (Array.isArray(value)) value.forEach((item, index) => each(item, `${at}${name}.${index}`));
  else each(value, at + name);
}

function problemOf(code: string, list: CodeList, owner: object): string | undefined {
  if (!isListed(list, code)) return `${UNKNOWN[list]}: look it up under /v1/reference/${list}`;
  if (list !== 'communes') return undefined;
  const { departement } = owner as { readonly departement?: unknown };
  if (typeof departement !== 'string' || departementOfCommune(code) === departement) return undefined;
  return 'must be a commune of the département beside it: correct one of them';
}

const UNKNOWN: Readonly<Record<CodeList, string>> = {
  departements: 'must be the INSEE code of a département that exists',
  communes: 'must be the INSEE code of a commune that exists today (of one that is gone, give the name)',
  countries: 'must be a country code that exists (ISO 3166-1)',
  nationalities: 'must be the country code of a nationality that exists (ISO 3166-1)',
  languages: 'must be a language code that exists (ISO 639-1 or 639-3)',
};
