import { MAJORITY_YEARS } from '../policy/case-facts';

interface Said {
  readonly vulnerability?: { readonly minor?: unknown };
  readonly civilStatus?: Readonly<
    Record<'real' | 'declared', { readonly estimatedAge?: unknown } | undefined>
  >;
}

/**
 * Whether a document says that its person is a minor without a birth date that could be relied on: its flag, or an estimated age under
 * eighteen. An age in doubt protects (R15).
 */
export function saysMinor(document: unknown): boolean {
  if (typeof document !== 'object' || document === null) return false;
  const { vulnerability, civilStatus } = document as Said;
  const ages = [civilStatus?.real, civilStatus?.declared].map((status) => status?.estimatedAge);
  return vulnerability?.minor === true || ages.some((age) => typeof age === 'number' && age < MAJORITY_YEARS);
}
