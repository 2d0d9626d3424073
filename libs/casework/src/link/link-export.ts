import type { Identity } from '@liaison/platform';
import type { EntityManager } from 'typeorm';
import type { ReadableCase } from '../cases/cases';
import { type ExportedRecords, type ExportSource, ownFields } from '../export/export-source';
import type { LinkReader } from './link.reader';

/** Which other cases are the same person, for whoever may read both; nothing of what is in them. */
export class LinkExport implements ExportSource {
  constructor(private readonly links: LinkReader) {}

  async read(
    manager: EntityManager,
    identity: Identity,
    { id }: ReadableCase,
    limit: number,
  ): Promise<readonly ExportedRecords[]> {
    const items = await this.links.ofCase(manager, identity, id, limit + 1);
    return [{ kind: 'links', items, fields: [ownFields('links')], legalBases: [] }];
  }
}
