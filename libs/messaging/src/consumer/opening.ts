import { createHash } from 'node:crypto';
import {
  agencyOf,
  assertEnvelopeData,
  DELIVERY_VOIDED,
  type DeliveryVoidedV1,
  partitionFor,
  readEnvelope,
  type Envelope,
} from '@liaison/contracts';
import { AppError, type Directory } from '@liaison/kernel';
import type { IncomingMessage } from '../broker';
import type { Lanes } from '../outbox/lanes';
import type { Sealing } from '../sealing/sealing';
import { inboxOf, isRecordKeeping } from '../topology';
import type { Arrival } from './ordering';
import type { AcceptedReceipt, HandlerRegistry, ReceiptPort } from './ports';

/** A message after everything that needs no database: opened, validated, decided. */
export interface OpenedArrival extends Arrival {
  readonly source: string;
  readonly id: string;
  readonly digest: Buffer;
  readonly body: Buffer;
  readonly origin: { readonly topic: string; readonly partition: number; readonly offset: string };
  readonly envelope?: Envelope;
  readonly receipt?: AcceptedReceipt;
  readonly laneId?: number;
  /** Reason code where `refused`. */
  readonly reason?: string;
  /** Protocol events and audit records cause no audit record of themselves, and rest on a floor, not a convention. */
  readonly recordKeeping: boolean;
}

export interface OpeningOptions {
  readonly agency: string;
  readonly directory: Directory;
  readonly sealing: Sealing;
  readonly receipts: ReceiptPort;
  readonly handlers: HandlerRegistry;
  readonly lanes: Lanes;
}

/** What neither opens nor verifies belongs to no case: it is kept under its own digest and holds nothing up. */
const UNVERIFIED = 'unverified';

/** Verifies before it parses, validates before it decides. Never throws for what a message contains. */
export async function openMessage(
  options: OpeningOptions,
  message: Omit<IncomingMessage, 'key' | 'headers'>,
  at: Date,
  stored = false,
): Promise<OpenedArrival> {
  const digest = createHash('sha256').update(message.value).digest();
  const base = {
    digest,
    body: message.value,
    origin: { topic: message.topic, partition: message.partition, offset: message.offset },
    stored,
  };
  const broken = ({ code }: AppError): OpenedArrival => unverified(base, code);
  let envelope: Envelope<object>;
  try {
    envelope = readEnvelope(await options.sealing.open(message.value));
  } catch (error) {
    if (error instanceof AppError && !error.retriable) return broken(error);
    throw error;
  }
  const sender = agencyOf(envelope.source);
  const peer = options.directory.findAgency(sender);
  if (!peer) return broken(new AppError('sender-unknown', 'The directory does not know the sender.'));
  if (envelope.recipient !== options.agency) {
    return broken(new AppError('wrong-recipient', 'The event was sealed for another agency.'));
  }
  const laneId = await options.lanes.getLaneId({
    topic: inboxOf(peer),
    partition: partitionFor(envelope.subject, peer.inboxPartitions),
  });
  const handler = options.handlers.findHandler(envelope.type);
  return {
    ...base,
    source: sender,
    id: envelope.id,
    key: `${sender}/${envelope.id}`,
    stream: envelope.sequence === undefined ? undefined : `${sender}/${envelope.subject}`,
    epoch: envelope.epoch,
    sequence: envelope.sequence,
    ordering: envelope.type === DELIVERY_VOIDED ? 'arrival' : (handler?.ordering ?? 'case'),
    envelope,
    laneId,
    disclosure: envelope.audit,
    recordKeeping: isRecordKeeping(envelope.type),
    ...asVoid(sender, envelope, judge(options, envelope, sender, at)),
  };
}

/** A void is the library's own: it has no handler, its place is that of the event that it names. */
function asVoid(
  sender: string,
  { type, sequence, data }: Envelope<object>,
  judged: ReturnType<typeof judge>,
) {
  if (type !== DELIVERY_VOIDED || judged.refused) return judged;
  const { voided, sequence: place, disclosure } = data as DeliveryVoidedV1;
  if (place !== sequence) return { refused: true, reason: 'void-mismatch' };
  return { ...judged, voids: { key: `${sender}/${voided}`, disclosure } };
}

/** The same message as one that belongs to no case: what is left when even parking it in its place fails. */
export function unverified(
  { digest, body, origin, stored }: Pick<OpenedArrival, 'digest' | 'body' | 'origin' | 'stored'>,
  reason: string,
): OpenedArrival {
  const id = digest.toString('hex');
  return {
    digest,
    body,
    origin,
    stored,
    source: UNVERIFIED,
    id,
    key: `${UNVERIFIED}/${id}`,
    ordering: 'arrival',
    refused: true,
    reason,
    recordKeeping: false,
  };
}

function judge(
  { receipts, handlers }: OpeningOptions,
  envelope: Envelope<object>,
  sender: string,
  at: Date,
): { refused: boolean; reason?: string; receipt?: AcceptedReceipt } {
  try {
    assertEnvelopeData(envelope);
  } catch (error) {
    // It has its place in its case's order all the same: parked there, it can be redriven once this side understands it.
    if (error instanceof AppError) return { refused: true, reason: error.code };
    throw error;
  }
  if (envelope.type === DELIVERY_VOIDED) return { refused: false };
  if (!handlers.findHandler(envelope.type)) return { refused: true, reason: 'event-type-not-handled' };
  if (isRecordKeeping(envelope.type)) return { refused: false, receipt: withoutConvention(envelope) };
  const receipt = receipts.checkReceipt(envelope, sender, at);
  return receipt.accepted ? { refused: false, receipt } : { refused: true, reason: receipt.code };
}

const withoutConvention = (envelope: Envelope): AcceptedReceipt => ({
  accepted: true,
  data: envelope.data,
  withheld: [],
  legalBases: [],
  digest: '',
  fields: [],
});
