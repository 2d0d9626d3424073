import { NOTICE_ACKNOWLEDGED, NOTICE_ISSUED } from '@liaison/contracts';
import type { AuditItem, Chain, NumberReport, Page } from './answers';
import type { Cast } from './cast';
import { claim, claimEqual, claimPresent } from './claim';
import type { Crossing } from './crossing';
import { pollFor } from './poll';
import type { Refusal } from './refusal';

/** Every look into the log is recorded in it, so it is looked into seldom. */
const PAUSE_MS = 200;

export interface Trail {
  readonly reference: string;
  /** Of the crossing and its acknowledgement, in order of time; looks into the log are left out. */
  readonly records: readonly AuditItem[];
  readonly pairs: number;
  readonly refusal: AuditItem;
  readonly numbers: readonly NumberReport[];
}

/** What the log holds of the walkthrough: complete, unaltered, both sides of each disclosure, no number missing. */
export async function readTrail({ operator }: Cast, crossing: Crossing, refused: Refusal): Promise<Trail> {
  const { reference, sender } = crossing.desk;
  const path = `/v1/chains/${sender}/${reference}`;
  const { value: chain } = await pollFor(
    'the log has both sides of the notice and of its acknowledgement',
    async () => {
      const found = await operator.get<Chain>(path);
      return isWhole(found) ? found : undefined;
    },
    { firstPauseMs: PAUSE_MS },
  );
  const records = recordsOf(chain);
  checkChain(chain, crossing);
  const refusal = await findRefusal({ operator }, sender, refused);
  for (const { id, commitmentHolds } of [...records, refusal]) {
    claim(commitmentHolds, `record ${id} is what its author committed to`);
  }
  const { items: numbers } = await operator.get<Page<NumberReport>>('/v1/holes');
  for (const { agency, missing, refused: parked, duplicates, highest, count } of numbers) {
    const gaps = missing.length + parked.length + duplicates.length;
    claim(gaps === 0 && highest === count, `the log has every record of ${agency} once`, { highest, count });
  }
  claim(numbers.length > 0, 'the log counts the records of each agency');
  return { reference, records, pairs: chain.links.length, refusal, numbers };
}

/** The notice and its acknowledgement on both sides, two readings and the act of taking note. */
function isWhole({ links, others }: Chain): boolean {
  const count = (kind: string): number => others.filter((record) => record.kind === kind).length;
  const paired = links.filter(({ state }) => state === 'paired');
  return paired.length === 2 && count('read') >= 2 && count('acknowledgement') >= 1;
}

function recordsOf({ links, others }: Chain): AuditItem[] {
  return [
    ...links.flatMap(({ disclosure, receipts }) => [...(disclosure ? [disclosure] : []), ...receipts]),
    ...others.filter(({ kind }) => kind !== 'search'),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function checkChain({ links }: Chain, { delivery, desk }: Crossing): void {
  claimEqual(
    links.map(({ disclosure }) => disclosure?.event),
    [NOTICE_ISSUED, NOTICE_ACKNOWLEDGED],
    'the log has the notice, then its acknowledgement',
  );
  for (const { disclosure, receipts } of links) {
    claimEqual(receipts.length, 1, 'a disclosure has one receipt');
    claim(
      receipts[0]?.disclosureCommitment === disclosure?.commitment &&
        receipts[0]?.agency === disclosure?.counterpart,
      'the receipt repeats the commitment of the disclosure',
    );
  }
  claimEqual(links[0]?.disclosure?.id, delivery.auditRecord, 'the sender knows the record of its disclosure');
  claimEqual(links[0]?.disclosure?.agency, desk.sender, 'the disclosure is recorded by its sender');
}

/** Its record is there, and none of a disclosure of that case to that agency. */
async function findRefusal(
  { operator }: Pick<Cast, 'operator'>,
  agency: string,
  { delivery, recipient, denial }: Refusal,
): Promise<AuditItem> {
  const id = claimPresent(delivery.auditRecord, 'the sender knows the record of its refusal');
  const search = (kind: string, of = ''): Promise<Page<AuditItem>> =>
    operator.get(`/v1/records?agency=${agency}&counterpart=${recipient}&kind=${kind}${of}`);
  const { value } = await pollFor(
    'the log has the refusal',
    async () => (await search('refusal')).items.find((record) => record.id === id),
    { firstPauseMs: PAUSE_MS },
  );
  claimEqual(value.reason, denial.code, 'the log has the reason of the refusal');
  const reference = claimPresent(value.reference, 'the refusal says of which case it is');
  const disclosed = await search('disclosure', `&reference=${reference}`);
  claimEqual(disclosed.items, [], `nothing of that case was ever disclosed to ${recipient}`);
  return value;
}
