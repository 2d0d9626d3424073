import type { DecisionRequest, Fact, PartyRef } from './model';
import {
  factTypeOf,
  partsOfSetTest,
  RECIPIENTS_DEPARTEMENT,
  SET_FACTS,
  type FactKey,
  type FactType,
  type SetFactName,
} from './vocabulary';

/** What a condition asks for, taken apart once because it is asked at every decision. */
export interface AskedFact {
  readonly key: FactKey;
  /** Its name in a request. */
  readonly name: string;
  readonly type: FactType;
  /** For a test on a set: the values that it looks for. */
  readonly sought?: readonly string[];
}

export function askedFact(key: FactKey): AskedFact {
  const test = partsOfSetTest(key);
  return { key, name: test?.fact ?? key, type: factTypeOf(key), ...(test && { sought: test.values }) };
}

/** What a request establishes about a fact, or about a test on a set. Undefined: unknown. */
export function valueOf(
  { name, type, sought }: AskedFact,
  request: DecisionRequest,
): string | boolean | undefined {
  const fact = request.facts[name];
  if (!fact || !holdsAt(fact, request.at)) return undefined;
  if (!isVouchedFor(fact, type, request) || (type.scoped && !isInScope(fact, request))) return undefined;
  const { value } = fact;
  if (sought) {
    if (!Array.isArray(value)) return undefined;
    return (value as readonly string[]).some(
      (each) =>
        (each === request.to.departement && sought.includes(RECIPIENTS_DEPARTEMENT)) ||
        (each !== RECIPIENTS_DEPARTEMENT && sought.includes(each)),
    );
  }
  return (type.values as readonly unknown[]).includes(value) ? (value as string | boolean) : undefined;
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
