import { randomUUID } from 'node:crypto';
import type { ServiceName } from '../../system';

/** What somebody does for a child, in the words of the report. */
export type Step =
  | 'declare'
  | 'refer'
  | 'acknowledge'
  | 'file'
  | 'offer'
  | 'accept'
  | 'decline'
  | 'withdraw'
  | 'report'
  | 'note'
  | 'find'
  | 'claim'
  | 'answer'
  | 'escalate'
  | 'decide'
  | 'hand-over'
  | 'take-over'
  | 'order'
  | 'obey'
  | 'cannot-execute';

export interface Act {
  readonly step: Step;
  readonly service: ServiceName;
  /** Of what was made by it, or of what it was done to. */
  readonly id: string;
  /** The child, where whoever acts knows it by name. */
  readonly child?: string;
  /** Otherwise an attempt had no answer and a later one was refused: it may have been done. */
  readonly certain: boolean;
}

/** What was asked of the services for children, and what they answered, as long as a system runs. */
export class Diary {
  private readonly done = new Map<string, Act>();
  private readonly keys = new Map<string, string>();
  private children = 0;

  /** The idempotency key of one act: the same however often it is asked for. */
  keyOf(what: string): string {
    const known = this.keys.get(what);
    if (known !== undefined) return known;
    const key = randomUUID();
    this.keys.set(what, key);
    return key;
  }

  has(what: string): boolean {
    return this.done.get(what)?.certain ?? false;
  }

  write(what: string, act: Act): void {
    if (!this.has(what)) this.done.set(what, act);
  }

  get acts(): readonly Act[] {
    return [...this.done.values()];
  }

  /** The number of a child who has not been yet. */
  nextChild(): number {
    return (this.children += 1);
  }
}
