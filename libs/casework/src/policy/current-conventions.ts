import { hash } from 'node:crypto';
import type { MessagingLogger, PublishedConvention } from '@liaison/messaging';
import {
  compilePolicy,
  type Convention,
  type EventDescription,
  parseConvention,
  type Policy,
  type PolicySource,
} from '@liaison/sharing-policy';

const sha256 = (text: string) => hash('sha256', text);

/**
 * The conventions of this installation and those that were published since, as one set. The statutory floors are the
 * installation's alone. What this release does not understand (a field that it does not know) is left out, so that the
 * rest goes on: what names it is not known here and waits.
 * @param installed from `readConventions`; a version that stands there is not replaced
 * @param onLeftOut told of each that is not used
 */
export function compileWith(
  installed: Pick<PolicySource, 'conventions' | 'statutory'>,
  published: readonly PublishedConvention[],
  events: readonly EventDescription[],
  logger: MessagingLogger,
  onLeftOut: (convention: string) => void = () => undefined,
): Policy {
  const { statutory } = installed;
  const added = published.flatMap(({ id, version, text }): Convention[] => {
    const convention = `${id}@${version}`;
    try {
      const parsed = parseConvention(text, convention, sha256);
      const held = installed.conventions.find((each) => each.id === id && each.version === version);
      if (held) {
        if (held.digest !== parsed.digest) {
          logger.error(
            { convention },
            'this installation has another text of a published convention, and keeps it',
          );
          onLeftOut(convention);
        }
        return [];
      }
      if (parsed.id !== id || parsed.version !== version) throw new Error('the text names another version');
      compilePolicy({ conventions: [parsed], statutory, events, sha256 });
      return [parsed];
    } catch (error) {
      logger.error(
        { convention, err: error },
        'a published convention is not understood by this release and is left out',
      );
      onLeftOut(convention);
      return [];
    }
  });
  return compilePolicy({ conventions: [...installed.conventions, ...added], statutory, events, sha256 });
}
