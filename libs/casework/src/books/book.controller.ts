import type { Agency, Clock } from '@liaison/kernel';
import type { Messaging } from '@liaison/messaging';
import {
  AllowRoles,
  ApiProblems,
  CurrentIdentity,
  decodeCursor,
  type Identity,
  isIdPosition,
  pageOf,
  SERVE_DATABASE,
  serveTransaction,
} from '@liaison/platform';
import { Controller, Get, Header, Inject, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { DataSource } from 'typeorm';
import { AGENCY, CLOCK, MESSAGING } from '../agency/tokens';
import {
  BookPath,
  BookQuery,
  ReceivedBook,
  ReceivedEntry,
  SentBook,
  SentBookQuery,
  SentEntry,
} from './book.dto';

type Position = [reference: string, sequence: number, epoch: string, id: string];
type Row<Entry> = Omit<Entry, 'at'> & { readonly at: Date };

/**
 * What this agency's books say of what it sent to another and received from it: numbers, digests and commitments, to be
 * compared with the other side's. Nothing about a person, so nothing to record.
 */
@ApiTags('books')
@AllowRoles('operator')
@Controller('v1/books')
export class BookController {
  constructor(
    @Inject(SERVE_DATABASE) private readonly database: DataSource,
    @Inject(AGENCY) private readonly agency: Agency,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(MESSAGING) private readonly messaging: Pick<Messaging, 'epoch'>,
  ) {}

  @Get(':peer/sent')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Everything numbered that was sent to an agency, and how far it came' })
  @ApiOkResponse({ description: 'A page', type: SentBook })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  async sent(
    @CurrentIdentity() identity: Identity,
    @Param() { peer }: BookPath,
    @Query() query: SentBookQuery,
  ): Promise<SentBook> {
    const page = await this.page<SentEntry>(identity, `${SENT} ${PAGE}`, peer, query);
    return { ...page, epoch: this.messaging.epoch };
  }

  @Get(':peer/received')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'Everything numbered that was received from an agency, and where it stands' })
  @ApiOkResponse({ description: 'A page', type: ReceivedBook })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'] })
  received(
    @CurrentIdentity() identity: Identity,
    @Param() { peer }: BookPath,
    @Query() query: BookQuery,
  ): Promise<ReceivedBook> {
    return this.page<ReceivedEntry>(identity, `${RECEIVED} ${PAGE}`, peer, query);
  }

  private async page<Entry extends SentEntry | ReceivedEntry>(
    identity: Identity,
    sql: string,
    peer: string,
    { cursor, limit, until }: SentBookQuery,
  ) {
    const at = this.clock.now().toISOString();
    const position = (encoded: string | undefined) =>
      encoded === undefined ? [null, null, null, null] : decodeCursor(encoded, isPosition);
    const parameters = [peer, ...position(cursor), limit + 1, ...position(until)];
    const rows = await serveTransaction(this.database, identity, (manager) =>
      manager.query<Row<Entry>[]>(sql, parameters),
    );
    const page = pageOf(
      rows,
      limit,
      (row) => ({ ...row, at: row.at.toISOString() }) as unknown as Entry,
      ({ reference, sequence, epoch, id }) => [reference, sequence, epoch, id],
    );
    return { agency: this.agency.id, at, ...page };
  }
}

const isPosition = (value: unknown): value is Position =>
  Array.isArray(value) &&
  value.length === 4 &&
  Number.isSafeInteger(value[1]) &&
  [0, 2].every((at) => isIdPosition(value[at]));

const SENT = `
SELECT reference, epoch, sequence, id, kind, at, digest, state, recorded FROM messaging.sent_book`;

const RECEIVED = `
SELECT reference, epoch, sequence, id, at, digest, state, reason, disclosure, recorded FROM messaging.received_book`;

const PAGE = `
 WHERE peer = $1
   AND ($2::uuid IS NULL OR (reference, sequence, epoch, id) > ($2, $3::int, $4::uuid, $5::text))
   AND ($7::uuid IS NULL OR (reference, sequence, epoch, id) <= ($7, $8::int, $9::uuid, $10::text))
 ORDER BY reference, sequence, epoch, id LIMIT $6`;
