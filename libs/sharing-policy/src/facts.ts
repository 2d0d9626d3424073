import type { DecisionRequest, Fact } from './model';
import {
  factTypeOf,
  partsOfSetTest,
  RECIPIENTS_DEPARTEMENT,
  UNKNOWN,
  type FactKey,
  type FactType,
} from './vocabulary';

/** What a request establishes about a fact, or about a test on a set. Undefined: unknown. */
export function valueOf(key: FactKey, request: DecisionRequest): string | boolean | undefined {
  const test = partsOfSetTest(key);
  const fact = request.facts[test?.fact ?? key];
  if (!fact || !holdsAt(fact, request.at)) return undefined;
  const type = factTypeOf(key);
  if (!isVouchedFor(fact, type, request) || (type.scoped && !isInScope(fact, request))) return undefined;
  const { value } = fact;
  if (test) {
    if (!Array.isArray(value)) return undefined;
    const sought = test.values.map((each) =>
      each === RECIPIENTS_DEPARTEMENT ? request.to.departement : each,
    );
    return (value as readonly string[]).some((each) => sought.includes(each));
  }
  return (type.values as readonly unknown[]).includes(value) && value !== UNKNOWN
    ? (value as string | boolean)
    : undefined;
}

/** Whether it still stands. */
export function holdsAt({ until }: Fact, at: Date): boolean {
  return until === undefined || until.getTime() > at.getTime();
}

/** Facts have owners: what somebody says who cannot vouch for it establishes nothing. */
function isVouchedFor({ owner }: Fact, type: FactType, { from, to }: DecisionRequest): boolean {
  return type.vouchedBy.some((voucher) => {
    if (voucher === 'directory') return owner === 'directory';
    const side = voucher === 'sender' ? from : to;
    return side.agency === owner && (type.vouchingKinds?.includes(side.kind) ?? true);
  });
}

function isInScope({ scope }: Fact, { to, purpose }: DecisionRequest): boolean {
  return (scope?.to ?? to.kind) === to.kind && (scope?.purpose ?? purpose) === purpose;
}
