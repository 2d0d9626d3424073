/** A value that survives JSON unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Canonical JSON (RFC 8785): keys sorted by UTF-16 code units, no white space, ECMAScript number format.
 * Two equal values give the same text, so a digest of it identifies the value.
 * `undefined` members are left out, as `JSON.stringify` does.
 * @throws TypeError on a number that JSON cannot carry (NaN, Infinity).
 */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`not a JSON number: ${value}`);
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (value instanceof CanonicalText) return value.text;
  if (typeof value === 'object') {
    const members = value as Readonly<Record<string, unknown>>;
    let text = '';
    for (const key of Object.keys(members).sort()) {
      const member = members[key];
      if (member !== undefined) text += `${text === '' ? '' : ','}${quoted(key)}:${canonicalJson(member)}`;
    }
    return `{${text}}`;
  }
  throw new TypeError(`not JSON: ${typeof value}`);
}

/** A value whose canonical JSON is known already: it stands for the value in what is made canonical. */
export class CanonicalText {
  constructor(readonly text: string) {}
}

const ESCAPED = /[\u0000-\u001f"\\\ud800-\udfff]/;

/** Few strings have anything to escape; a digest of every record is taken, so looking first pays. */
const quoted = (text: string): string => (ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`);
