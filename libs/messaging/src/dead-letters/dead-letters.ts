import type { DeadLettersOptions } from './act';
import { discard, proposeDiscard, withdrawDiscard } from './discard';
import type { LetterKey, Operator, SettledLetter } from './letter';
import { redrive } from './redrive';
import { redriveUnderstood } from './understood';

/** What operators do about parked events. Each act is one transaction, under the locks that the consumer takes. */
export class DeadLetters {
  constructor(private readonly options: DeadLettersOptions) {}

  redrive(key: LetterKey, operator: Operator): Promise<SettledLetter> {
    return redrive(this.options, key, operator);
  }

  /** What was parked because this agency was behind its sender: once, at start. */
  redriveUnderstood(): Promise<number> {
    return redriveUnderstood(this.options);
  }

  proposeDiscard(key: LetterKey, operator: Operator, reason: string): Promise<{ readonly already: boolean }> {
    return proposeDiscard(this.options, key, operator, reason);
  }

  withdrawDiscard(key: LetterKey, operator: Operator): Promise<{ readonly already: boolean }> {
    return withdrawDiscard(this.options, key, operator);
  }

  discard(key: LetterKey, operator: Operator, reason: string): Promise<SettledLetter> {
    return discard(this.options, key, operator, reason);
  }
}
