import type { ModelMessage } from './message.test';
import { ModelRecipient } from './recipient.test';
import { type DispatchEnd, type Kind, ModelSender } from './sender.test';

export const LANES = 2;
export const CASES = 3;
const ENDS: readonly DispatchEnd[] = ['marked', 'marked', 'prepared', 'frozen', 'published', 'paused'];

const KINDS: readonly Kind[] = ['urgent', 'urgent', 'urgent', 'faulty'];

/** One thing that happens. The numbers choose among what there is at that moment. */
export interface Happening {
  readonly what: (typeof HAPPENINGS)[number];
  readonly which: number;
  readonly how: number;
}

export const HAPPENINGS = [
  'accept',
  'accept another',
  'forbid',
  'dispatch',
  'wake paused',
  'lose',
  'receive',
  'answer',
  'lose answers',
  'hear answers',
  'sweep',
  'send again',
  'back up recipient',
  'restore recipient',
  'back up sender',
  'restore sender',
] as const;

/** As text, the later one is the greater, as UUIDv7 are. */
const laterEpoch = (restores: number): string => `epoch ${String(restores).padStart(3, '0')}`;

type Answer = (sender: ModelSender) => void;

/**
 * Two agencies and what lies between them: a log a lane that may lose, repeat and delay, and answers on their way back.
 * Deterministic: the same happenings give the same world.
 */
export class World {
  readonly logs: ModelMessage[][] = Array.from({ length: LANES }, () => []);
  /** Where the consumer's group stands; it belongs to the broker and is not restored with the database. */
  private readonly offsets = Array.from({ length: LANES }, () => 0);
  readonly published: ModelMessage[] = [];
  /** Bodies published after their permission had ended: promise 1. */
  readonly leaked: string[] = [];
  private late: { readonly lane: number; readonly message: ModelMessage }[] = [];
  private answers: Answer[] = [];
  private backup = structuredClone(new ModelRecipient().state);
  private senderBackup = structuredClone(new ModelSender(() => undefined).state);
  private restores = 0;
  readonly sender = new ModelSender((lane, message) => this.publish(lane, message));
  readonly recipient = new ModelRecipient();

  happen({ what, which, how }: Happening): void {
    const lane = which % LANES;
    if (what === 'accept' || what === 'accept another') {
      // A case's lane is chosen once and stored.
      const stream = which % CASES;
      this.sender.accept(`case-${stream}`, stream % LANES, KINDS[how] ?? 'plain');
    } else if (what === 'forbid') this.sender.forbid(which);
    else if (what === 'dispatch') {
      const under = this.sender.dispatch(lane, ENDS[how % ENDS.length] ?? 'marked');
      this.late.push(...under.map((message) => ({ lane, message })));
    } else if (what === 'wake paused') this.wakePaused();
    else if (what === 'lose') this.lose(lane, how);
    else if (what === 'receive') this.receive(lane, 1 + (how % 4), how % 3 === 0);
    else if (what === 'answer') this.answer();
    else if (what === 'lose answers') this.answers.splice(how % (this.answers.length + 1), 1);
    else if (what === 'hear answers') this.hear(how % 2 === 0);
    else if (what === 'sweep') this.sender.sweep();
    else if (what === 'send again') this.sender.sendAgain();
    else if (what === 'back up recipient') this.backup = structuredClone(this.recipient.state);
    else if (what === 'restore recipient') this.restoreRecipient();
    else if (what === 'back up sender') this.senderBackup = structuredClone(this.sender.state);
    else this.restoreSender();
  }

  /** Nothing fails any more: works on until nothing changes. @throws when that does not end */
  calm(): void {
    for (let round = 0; round < 60; round += 1) {
      const before = JSON.stringify([
        this.recipient.state.applied,
        this.sender.state.resend.size,
        this.whole(),
      ]);
      this.wakePaused();
      for (let lane = 0; lane < LANES; lane += 1) {
        this.sender.dispatch(lane, 'marked');
        this.receive(lane, Number.MAX_SAFE_INTEGER, false);
      }
      this.answer();
      this.hear(false);
      this.sender.sweep();
      this.sender.sendAgain();
      for (let lane = 0; lane < LANES; lane += 1) this.receive(lane, Number.MAX_SAFE_INTEGER, false);
      const after = JSON.stringify([
        this.recipient.state.applied,
        this.sender.state.resend.size,
        this.whole(),
      ]);
      if (round > 3 && before === after) return;
    }
    throw new Error('it never comes to rest');
  }

  private whole(): unknown {
    const { streams, holes, inbox } = this.recipient.state;
    return [[...streams], [...holes], [...inbox].map(([key, { state }]) => [key, state])];
  }

  private publish(lane: number, message: ModelMessage): void {
    this.published.push(message);
    this.logs[lane]?.push(message);
    const { accepted } = this.sender.state;
    if (!message.voids && accepted.find(({ id }) => id === message.id)?.forbidden === true)
      this.leaked.push(message.id);
  }

  /** The fence keeps a paused leaseholder from marking, not from sending what it had under way. */
  private wakePaused(): void {
    for (const { lane, message } of this.late.splice(0)) this.logs[lane]?.push(message);
  }

  /** The broker forgets one that it has acknowledged. */
  private lose(lane: number, how: number): void {
    const log = this.logs[lane];
    const ahead = (log?.length ?? 0) - (this.offsets[lane] ?? 0);
    if (ahead > 0) log?.splice((this.offsets[lane] ?? 0) + (how % ahead), 1);
  }

  private receive(lane: number, count: number, diesBeforeOffset: boolean): void {
    const from = this.offsets[lane] ?? 0;
    const batch = this.logs[lane]?.slice(from, from + count) ?? [];
    if (batch.length === 0) return;
    this.recipient.receive(batch);
    if (!diesBeforeOffset) this.offsets[lane] = from + batch.length;
  }

  private answer(): void {
    const { recipient } = this;
    const { epoch } = recipient.state;
    // `asksEverything` stays until it is known to have been heard: requests can be lost.
    if (recipient.state.asksEverything) this.answers.push((sender) => sender.onEverythingAsked(epoch));
    for (const each of recipient.acknowledgements())
      this.answers.push((sender) => sender.onAcknowledgement(each));
    for (const { stream, epoch: of, runs } of recipient.gapRequests())
      this.answers.push((sender) => sender.onGapRequest(stream, of, runs));
  }

  private hear(diesBeforeOffset: boolean): void {
    for (const answer of this.answers) answer(this.sender);
    if (!diesBeforeOffset) this.answers = [];
  }

  private restoreRecipient(): void {
    this.restores += 1;
    this.recipient.state = structuredClone(this.backup);
    this.recipient.state.epoch = laterEpoch(this.restores);
    this.recipient.state.asksEverything = true;
    for (const stream of this.recipient.state.streams.keys()) this.recipient.state.unacknowledged.add(stream);
  }

  private restoreSender(): void {
    this.restores += 1;
    this.sender.state = structuredClone(this.senderBackup);
    this.sender.beginEpoch(laterEpoch(this.restores));
  }
}
