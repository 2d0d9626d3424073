import { randomUUID } from 'node:crypto';
import type { AcknowledgementAnswer, Delivery, NoticeView, Preview } from './answers';
import { type Arrival, type Latency, watchArrival } from './arrival';
import type { Cast } from './cast';
import { claim, claimEqual, claimPresent } from './claim';
import { checkPreview, type DecidedLeaf } from './preview';
import {
  deliveryOf,
  type Draft,
  issue,
  previewOf,
  type StateSeen,
  watchDelivery,
  writeDraft,
} from './sending';
import { NOTICE } from './story';

/** Categories that the convention keeps from a caseworker of the préfecture stand in this section. */
const NOT_FOR_CASEWORKERS = 'assessment';

export interface Written {
  readonly draft: Draft;
  readonly preview: Preview;
  /** Of the fields that have a value. */
  readonly decided: readonly DecidedLeaf[];
}

/** The brigade writes, and asks what the préfecture would see. */
export async function writeAndPreview({ officer }: Cast): Promise<Written> {
  const draft = await writeDraft(officer, NOTICE);
  const preview = await previewOf(officer, draft.id);
  claim(preview.allowed, 'a convention lets the préfecture have the notice', preview.denial?.code);
  const decided = checkPreview(NOTICE, preview);
  claim(
    decided.some(({ treatment }) => treatment === 'release') &&
      decided.some(({ treatment }) => treatment === 'withhold'),
    'the convention lets some fields pass and withholds others',
  );
  return { draft, preview, decided };
}

export interface Crossing {
  readonly acceptedAt: string;
  readonly delivery: Delivery;
  /** As the sender sees them, after its 202. */
  readonly states: readonly StateSeen[];
  readonly latency: Latency;
  readonly desk: NoticeView;
  readonly caseworker: NoticeView;
}

/** The brigade issues; the préfecture has it and reads it, each role what the convention lets it. */
export async function cross(
  { officer, desk, caseworker }: Cast,
  { draft, preview }: Written,
  known: ReadonlySet<string>,
): Promise<Crossing> {
  const { answered: accepted, body } = await issue(officer, draft);
  claim(
    body.recipients.length === 1 && body.recipients[0]?.allowed === true,
    'the notice may leave when accepted',
  );
  const { eventId } = await deliveryOf(officer, draft.id);
  const [{ view, latency }, { delivery, states }] = await Promise.all([
    watchArrival(desk, { id: eventId, accepted }, known),
    watchDelivery(officer, { id: draft.id, last: 'delivered', sinceMs: accepted.monotonicMs }),
  ]);
  checkReading(view, preview);
  const narrower = await caseworker.get<NoticeView>(`/v1/notices/${view.id}`);
  checkNarrower(narrower, view);
  return {
    acceptedAt: accepted.at.toISOString(),
    delivery,
    states,
    latency,
    desk: view,
    caseworker: narrower,
  };
}

/** What the préfecture holds is what the sender was shown. */
function checkReading(view: Arrival['view'], { recipient, sees, withheld }: Preview): void {
  claimEqual(view.content, sees, `${recipient} reads what the preview showed`);
  claimEqual(
    [...view.withheld].sort(),
    [...withheld].sort(),
    `${recipient} sees the marks that the preview showed`,
  );
}

function checkNarrower(narrower: NoticeView, wider: NoticeView): void {
  const { [NOT_FOR_CASEWORKERS]: kept, ...rest } = wider.content;
  claim(kept !== undefined, 'the desk reads the assessment');
  claimEqual(narrower.content, rest, 'a caseworker reads what the desk reads but for the assessment');
  const marked = Object.keys(kept).every((field) =>
    narrower.withheld.includes(`${NOT_FOR_CASEWORKERS}.${field}`),
  );
  claim(marked, 'a caseworker sees that the assessment is withheld');
}

export interface Acknowledged {
  /** As the desk may see it: an acknowledgement is an event of its own, under the same rules. */
  readonly answer: AcknowledgementAnswer;
  readonly delivery: Delivery;
  /** After the desk's 202. */
  readonly states: readonly StateSeen[];
  readonly acceptedAt: string;
}

/** The desk takes note; the brigade sees that it did. */
export async function acknowledge(
  { officer, desk }: Cast,
  { draft }: Written,
  { desk: received }: Crossing,
): Promise<Acknowledged> {
  const { answered, body: answer } = await desk.call<AcknowledgementAnswer>(
    `/v1/notices/${received.id}/acknowledge`,
    {
      method: 'POST',
      status: 202,
      headers: { 'idempotency-key': randomUUID() },
      body: {},
    },
  );
  claim(answer.decision.allowed, 'a convention lets the brigade have the acknowledgement');
  const { delivery, states } = await watchDelivery(officer, {
    id: draft.id,
    last: 'acknowledged',
    sinceMs: answered.monotonicMs,
  });
  const act = claimPresent(delivery.acknowledgements[0], 'the sender sees who took note');
  claimEqual(act.role, 'desk', 'the sender sees that the desk took note');
  return { answer, delivery, states, acceptedAt: answered.at.toISOString() };
}
