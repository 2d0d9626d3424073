import { AppError } from '@liaison/kernel';

/**
 * Two references that turn out to be one person, as one of two agencies sees it; pure. Each side has words of its own, which only grow:
 * a later round is above an earlier one, and within a round `not-same` is above `same`. So it does not matter in which order words arrive,
 * how often, or what crosses on the way: who has heard the same words sees the same.
 */

export type Says = 'same' | 'not-same';

export interface LinkWord {
  /** From 1. */
  readonly round: number;
  readonly says: Says;
}

export interface PersonLink {
  /** The highest that this agency has said. */
  readonly mine?: LinkWord;
  /** The highest that was heard of the other. */
  readonly theirs?: LinkWord;
}

/**
 * `proposed`: the other has not answered. `to-answer`: this agency has not. `linked`: both say so. `ended`: one of them does not, or takes
 * it back; for good in this round.
 */
export const LINK_STATES = ['proposed', 'to-answer', 'linked', 'ended'] as const;
export type LinkState = (typeof LINK_STATES)[number];

export type LinkCommand =
  | { readonly type: 'propose' }
  | { readonly type: 'confirm' }
  | { readonly type: 'refuse' }
  | { readonly type: 'undo' }
  | { readonly type: 'hear'; readonly word: LinkWord };

export interface LinkEvent {
  readonly by: 'us' | 'them';
  readonly word: LinkWord;
}

/** The round that counts; 0 where nothing that was said stands. */
export const roundOf = ({ mine, theirs }: PersonLink): number =>
  Math.max(mine?.round ?? 0, theirs?.round ?? 0);

export function stateOf(link: PersonLink): LinkState {
  const round = roundOf(link);
  const [mine, theirs] = [link.mine, link.theirs].map((word) =>
    word?.round === round ? word.says : undefined,
  );
  if (mine === 'not-same' || theirs === 'not-same' || round === 0) return 'ended';
  if (mine && theirs) return 'linked';
  return mine ? 'proposed' : 'to-answer';
}

/**
 * What is said, or was heard. Whoever proposes what the other has proposed meanwhile agrees. What is heard changes nothing
 * where more was heard before.
 * @throws AppError `link-exists`, `link-not-found`, `link-not-proposed`, `link-ended`
 */
export function decideLink(link: PersonLink | undefined, command: LinkCommand): LinkEvent {
  if (command.type === 'hear') return { by: 'them', word: command.word };
  const state = link && stateOf(link);
  if (command.type === 'propose') {
    if (state === 'proposed' || state === 'linked') {
      throw new AppError(
        'link-exists',
        'Your agency says so already: read the link for how far it has come.',
      );
    }
    const round = link ? roundOf(link) : 0;
    return { by: 'us', word: { round: state === 'to-answer' ? round : round + 1, says: 'same' } };
  }
  if (!link) throw noSuchLink();
  if (state === 'ended') {
    throw new AppError(
      'link-ended',
      'One of you has ended it: whoever finds that they are one person proposes it anew.',
    );
  }
  const answers = command.type === 'confirm' || command.type === 'refuse';
  if (answers !== (state === 'to-answer')) {
    throw new AppError(
      'link-not-proposed',
      answers
        ? 'The other agency waits for no answer.'
        : 'Your agency has not said so: refuse what the other says.',
    );
  }
  return { by: 'us', word: { round: roundOf(link), says: command.type === 'confirm' ? 'same' : 'not-same' } };
}

export function evolveLink(link: PersonLink | undefined, { by, word }: LinkEvent): PersonLink {
  return by === 'us'
    ? { ...link, mine: higher(link?.mine, word) }
    : { ...link, theirs: higher(link?.theirs, word) };
}

function higher(before: LinkWord | undefined, word: LinkWord): LinkWord {
  if (!before || word.round > before.round) return word;
  return word.round === before.round && word.says === 'not-same' ? word : before;
}

export const noSuchLink = () => new AppError('link-not-found', 'Your unit has no such link.');
