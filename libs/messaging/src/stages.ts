import { channel, type Channel } from 'node:diagnostics_channel';

/**
 * The moments at which a crash matters, in the order of the straight line. Each is published, synchronously, on the
 * diagnostics channel `liaison.messaging.<stage>`: metrics and tracing subscribe there, and so does the preload script
 * of the kill tests, which ends the process exactly at that line.
 */
export type Stage =
  /** T2a is prepared, nothing is committed. */
  | 'prepared'
  /** T2a committed: bytes frozen, nothing published. */
  | 'frozen'
  /** The broker has acknowledged; nothing is marked. */
  | 'published'
  /** T2b: the lane's watermark is committed. */
  | 'marked'
  /** T3 committed: the recipient's state is there, the offset is not. */
  | 'received'
  /** A redrive has applied everything, nothing of it is committed. */
  | 'redriving'
  /** A redrive is committed, whoever asked for it does not know. */
  | 'redriven'
  /** A webhook has answered, or could not be reached; nothing of it is marked. */
  | 'notified';

/** What an operator wants counted beside the stages; published in the same way. */
export type Occurrence =
  /** A turn of a lane failed and will be tried again. */
  | 'lane-failed'
  /** Dispatch refused, with the facts of now, what an intent asked for. */
  | 'refused';

export interface StageMessage {
  readonly topic: string;
  readonly partition: number;
  readonly count: number;
}

const channels = new Map<Stage | Occurrence, Channel>();

export function stageChannel(stage: Stage | Occurrence): Channel {
  let found = channels.get(stage);
  if (!found) {
    found = channel(`liaison.messaging.${stage}`);
    channels.set(stage, found);
  }
  return found;
}

export function reached(stage: Stage | Occurrence, message: StageMessage): void {
  const target = stageChannel(stage);
  if (target.hasSubscribers) target.publish(message);
}
