import { type Report, step } from '@liaison/local-stack';
import { type Addresses, castOf } from './cast';
import { acknowledge, cross, writeAndPreview } from './crossing';
import { findEarlier } from './earlier';
import { refuse } from './refusal';
import {
  acknowledgedLines,
  crossingLines,
  earlierLines,
  previewLines,
  refusalLines,
  trailLines,
} from './render';
import { readTrail } from './trail';
import { commandLines, documentPages } from './try-next';

/**
 * One notice crosses a running system from the police to the préfecture, another does not leave; everything that is
 * said is what the services answered, and is checked. A new case each time.
 * @returns what was found, for machines
 * @throws AppError `walkthrough-failed` when something does not hold
 */
export async function walkThrough(addresses: Addresses, say: Report) {
  const seconds: Record<string, number> = {};
  /** Runs and times one part, then says what it showed. */
  const part = async <T>(title: string, run: () => Promise<T>, lines: (shown: T) => string[]): Promise<T> => {
    const start = performance.now();
    say('');
    const shown = await step(title, run, say);
    seconds[title] = Math.round(performance.now() - start) / 1000;
    for (const line of lines(shown)) say(line);
    return shown;
  };

  const cast = await castOf(addresses);
  const earlier = await part('What is there', () => findEarlier(cast), earlierLines);
  const written = await part(
    '1. A brigade in Paris writes a notice, and previews it',
    () => writeAndPreview(cast),
    previewLines,
  );
  const crossing = await part(
    '2. It issues the notice, the préfecture reads it',
    () => cross(cast, written, earlier.known),
    crossingLines,
  );
  const acknowledged = await part(
    '3. The desk acknowledges it, the brigade sees that',
    () => acknowledge(cast, written, crossing),
    acknowledgedLines,
  );
  const refusal = await part(
    '4. A second notice, to an agency that no convention names',
    () => refuse(cast),
    refusalLines,
  );
  const trail = await part(
    '5. What the audit log holds',
    () => readTrail(cast, crossing, refusal),
    trailLines,
  );

  const shown = {
    noticeId: written.draft.id,
    receivedId: crossing.desk.id,
    sender: crossing.desk.sender,
    reference: trail.reference,
  };
  const { known, ...found } = earlier;
  return {
    earlier: found,
    written,
    crossing,
    acknowledged,
    refusal,
    trail,
    next: { pages: documentPages(addresses), commands: commandLines(addresses, shown) },
    seconds,
  };
}
