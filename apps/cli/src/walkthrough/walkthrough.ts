import type { Report } from '@liaison/local-stack';
import { type Addresses, castOf } from './cast';
import type { ChildAddresses } from './child/child-cast';
import { walkThroughChildren } from './child/child-walkthrough';
import { acknowledge, cross, writeAndPreview } from './crossing';
import { callerOf } from './caller';
import { findEarlier } from './earlier';
import { announceOperation } from './operation';
import { partsSaidTo } from './part';
import { refuse } from './refusal';
import {
  acknowledgedLines,
  crossingLines,
  earlierLines,
  operationLines,
  previewLines,
  refusalLines,
  trailLines,
} from './render';
import { readTrail } from './trail';
import { commandLines } from './try-next';

/**
 * One notice crosses a running system from the police to the préfecture, another does not leave; two children are
 * brought to safety; an operation is prepared for. Everything that is said is what the services answered, and is checked. New cases each time.
 * @returns what was found, for machines
 * @throws AppError `walkthrough-failed` when something does not hold
 */
export async function walkThrough(addresses: Addresses & ChildAddresses, say: Report) {
  const seconds: Record<string, number> = {};
  const part = partsSaidTo(say, seconds);
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
    '4. A second notice, to an association that has no part in the case',
    () => refuse(cast),
    refusalLines,
  );
  const trail = await part(
    '5. What the audit log holds',
    () => readTrail(cast, crossing, refusal),
    trailLines,
  );

  const children = await walkThroughChildren(addresses, part);
  const shelter = await callerOf(addresses.issuer, 'caseworker-foyer', addresses.association);
  const operation = await part(
    '11. The brigade prepares an operation, and a shelter holds places',
    () => announceOperation(cast.officer, shelter),
    operationLines,
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
    children,
    operation,
    next: { commands: commandLines(addresses, shown) },
    seconds,
  };
}
