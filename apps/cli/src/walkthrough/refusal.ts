import type { Delivery, Denial } from './answers';
import type { Cast } from './cast';
import { claim, claimEqual, claimPresent } from './claim';
import { checkPreview, type DecidedLeaf } from './preview';
import { issue, previewOf, watchDelivery, writeDraft } from './sending';
import { SECOND_NOTICE, UNRELATED_AGENCY } from './story';

export interface Refusal {
  readonly noticeId: string;
  readonly recipient: string;
  /** The same in the preview, on acceptance and at dispatch. */
  readonly denial: Denial;
  /** Of the fields that have a value. */
  readonly decided: readonly DecidedLeaf[];
  readonly delivery: Delivery;
}

/** A notice to an agency that has no part in the case: the preview says so, and it does not leave. */
export async function refuse({ officer }: Cast): Promise<Refusal> {
  const draft = await writeDraft(officer, SECOND_NOTICE);
  const preview = await previewOf(officer, draft.id, UNRELATED_AGENCY);
  claim(!preview.allowed && preview.sees === null, `no convention lets ${UNRELATED_AGENCY} have the notice`);
  const denial = claimPresent(preview.denial, 'a denial has its reason');
  const decided = checkPreview(SECOND_NOTICE, preview);
  const { answered, body } = await issue(officer, draft, UNRELATED_AGENCY);
  claimEqual(body.recipients[0]?.denial, denial, 'the denial on acceptance is that of the preview');
  const { delivery } = await watchDelivery(officer, {
    id: draft.id,
    last: 'refused',
    sinceMs: answered.monotonicMs,
  });
  claimEqual(delivery.reason, denial.code, 'it is refused for the reason that the preview gave');
  return { noticeId: draft.id, recipient: UNRELATED_AGENCY, denial, decided, delivery };
}
