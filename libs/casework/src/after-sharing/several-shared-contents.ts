import type { EntityManager } from 'typeorm';
import type { HeldShare, SharedContent } from './shared-content';

/** Of a service that keeps what others share in several features, each in tables of its own. */
export class SeveralSharedContents implements SharedContent {
  constructor(private readonly contents: readonly SharedContent[]) {}

  async underDuty(...asked: Parameters<SharedContent['underDuty']>): Promise<ReadonlySet<string>> {
    const owed = new Set<string>();
    for (const content of this.contents) for (const id of await content.underDuty(...asked)) owed.add(id);
    return owed;
  }

  async held(...asked: Parameters<SharedContent['held']>): Promise<readonly string[]> {
    const held: string[] = [];
    for (const content of this.contents) held.push(...(await content.held(...asked)));
    return held;
  }

  async purge(...told: Parameters<SharedContent['purge']>): Promise<void> {
    for (const content of this.contents) await content.purge(...told);
  }

  async restrict(...told: Parameters<SharedContent['restrict']>): Promise<void> {
    for (const content of this.contents) await content.restrict(...told);
  }

  async expired(manager: EntityManager, at: Date, limit: number): Promise<readonly HeldShare[]> {
    const expired: HeldShare[] = [];
    for (const content of this.contents) {
      if (expired.length < limit)
        expired.push(...(await content.expired(manager, at, limit - expired.length)));
    }
    return expired;
  }
}
