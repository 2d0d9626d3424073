import { PERSON_LINKED, PERSON_UNLINKED } from '@liaison/contracts';
import type { Identity } from '@liaison/platform';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Acts } from '../acts';
import { Cases, type ReadableCase } from '../cases/cases';
import { noSuchLink, roundOf, stateOf } from './link';
import type { LinkList, LinkView } from './link.dto';
import { getLink, linkOf, type LinkRow, linksOf, type SaidRow, saidOf, versionOf } from './stored-link';

/** Links of a case are few: nobody pages through them. */
const MOST_LINKS = 200;

/** What two agencies say of two cases, for whoever may read both: of a link a reader of one alone learns nothing. */
@Injectable()
export class LinkReader {
  constructor(
    private readonly cases: Cases,
    private readonly acts: Acts,
  ) {}

  /** Newest first; the reading is recorded. @throws AppError `case-not-found` */
  list(identity: Identity, caseId: string): Promise<LinkList> {
    return this.acts.read(identity, async (manager) => {
      const found = await this.cases.get(manager, identity, caseId);
      await this.cases.recordOwnReading(manager, identity, found, ['links']);
      return { items: await this.ofCase(manager, identity, caseId, MOST_LINKS) };
    });
  }

  /** The reading is recorded, for both cases. @throws AppError `link-not-found` */
  read(identity: Identity, id: string): Promise<LinkView> {
    return this.acts.read(identity, async (manager) => {
      const row = await getLink(manager, identity, id);
      const both = await this.bothCases(manager, identity, row);
      const view = both && this.viewOf(identity, row, await saidOf(manager, id));
      if (!view) throw noSuchLink();
      for (const found of both) await this.cases.recordOwnReading(manager, identity, found, ['links']);
      return view;
    });
  }

  /** The caller has found that the reader may know of the case, and records the reading. */
  async ofCase(
    manager: EntityManager,
    identity: Identity,
    caseId: string,
    limit: number,
  ): Promise<readonly LinkView[]> {
    const views: LinkView[] = [];
    for (const row of await linksOf(manager, identity, caseId, limit)) {
      if (!(await this.bothCases(manager, identity, row))) continue;
      const view = this.viewOf(identity, row, await saidOf(manager, row.id));
      if (view) views.push(view);
    }
    return views;
  }

  /** Nothing where the reader may not know of one of them. */
  async bothCases(
    manager: EntityManager,
    identity: Identity,
    { firstCase, secondCase }: Pick<LinkRow, 'firstCase' | 'secondCase'>,
  ): Promise<readonly [ReadableCase, ReadableCase] | undefined> {
    for (const id of [firstCase, secondCase]) {
      if (!(await this.cases.isReadable(manager, identity, id))) return undefined;
    }
    return [
      await this.cases.get(manager, identity, firstCase),
      await this.cases.get(manager, identity, secondCase),
    ];
  }

  /** Nothing where it rests on words of the other that the reader's roles may not know. */
  viewOf(identity: Identity, row: LinkRow, said: readonly SaidRow[]) {
    const seen = said.filter((word) => word.sender === null || this.mayKnow(identity, word));
    if (seen.length === 0) return undefined;
    const link = linkOf(seen);
    const [mine, theirs] = [
      seen.findLast(({ sender, stands }) => stands && sender === null),
      seen.findLast(({ sender, stands }) => stands && sender !== null),
    ];
    return {
      id: row.id,
      agency: row.agency,
      cases: [row.firstCase, row.secondCase],
      state: stateOf(link),
      round: roundOf(link),
      version: versionOf(said),
      mine: mine
        ? { says: mine.says, at: mine.at.toISOString(), state: mine.state, reason: mine.reason }
        : null,
      theirs: theirs ? { says: theirs.says, at: theirs.at.toISOString() } : null,
    };
  }

  private mayKnow(
    identity: Identity,
    { says, purpose, sender, convention, restrictedSince }: SaidRow,
  ): boolean {
    return this.cases.mayKnow(identity, {
      type: says === 'same' ? PERSON_LINKED : PERSON_UNLINKED,
      purpose,
      facts: {},
      provenance: { agency: sender ?? '', event: '', convention: convention ?? '' },
      ...(restrictedSince && { restricted: true }),
    });
  }
}
