import type { DecisionRequest, Fact, PartyRef } from './model';
import {
  factTypeOf,
  partsOfSetTest,
  RECIPIENTS_DEPARTEMENT,
  SET_FACTS,
  UNKNOWN,
  type FactKey,
  type FactType,
  type SetFactName,
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

/** Who of the two can vouch for a fact, the sender first, or the directory; nobody: it stays unknown. */
export function voucherOf(key: FactKey | SetFactName, from: PartyRef, to: PartyRef): string | undefined {
  const { vouchedBy, vouchingKinds } =
    key in SET_FACTS ? describedSet(key as SetFactName) : factTypeOf(key as FactKey);
  for (const voucher of vouchedBy) {
    if (voucher === 'directory') return voucher;
    const side = voucher === 'sender' ? from : to;
    if (vouchingKinds?.includes(side.kind) ?? true) return side.agency;
  }
  return undefined;
}

function describedSet(name: SetFactName): Pick<FactType, 'vouchedBy' | 'vouchingKinds'> {
  return SET_FACTS[name];
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
