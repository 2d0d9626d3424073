import { isDeepStrictEqual } from 'node:util';
import type { Content, FieldReason, Preview } from './answers';
import { claim, claimPresent } from './claim';
import { leavesOf } from './leaves';

/** Fields that the recipient gets to see, whole or coarser. */
const OPEN = new Set(['release', 'generalise']);

/** A field of the notice that has a value, with what becomes of it. */
export type DecidedLeaf = FieldReason & { readonly value: unknown };

/**
 * Holds a preview against the notice itself: what is to be released is there unchanged, what is to be generalised is
 * there coarser, what is to be masked or withheld is not there and marked, and nothing else is there.
 * @throws AppError `walkthrough-failed`
 */
export function checkPreview(content: Content, preview: Preview): DecidedLeaf[] {
  const sees = new Map(leavesOf(preview.sees ?? {}).map(({ path, value }) => [path, value]));
  const decided = leavesOf(content).map(({ path, value }): DecidedLeaf => {
    const answer = preview.fields.find((field) => field.path === path);
    return { ...claimPresent(answer, `the preview decides about ${path}`), value };
  });
  for (const { path, treatment, value } of decided) {
    if (!OPEN.has(treatment)) {
      // Of an event that does not leave nobody sees anything, marks included.
      const marked = preview.withheld.includes(path) || !preview.allowed;
      claim(!sees.has(path) && marked, `${path} (${treatment}) is marked and not shown`);
      continue;
    }
    const same = isDeepStrictEqual(sees.get(path), value);
    const asDecided = treatment === 'release' ? same : sees.has(path) && !same;
    claim(asDecided, `${path} is shown as decided (${treatment})`);
    sees.delete(path);
  }
  claim(sees.size === 0, 'a recipient sees nothing that the notice does not have', [...sees.keys()]);
  return decided;
}
