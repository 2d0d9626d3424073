import {
  ApiProblems,
  CurrentIdentity,
  ErrorStatus,
  IdempotencyKey,
  type Identity,
  ShowsPerson,
} from '@liaison/platform';
import { Body, Controller, Get, Header, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CaseId } from '../dto';
import { ListNotesQuery, NotePage, WriteNoteBody, WrittenNote } from './note.dto';
import { Notes } from './notes';

/** Internal notes of a unit on its cases. */
@ApiTags('notes')
@ErrorStatus({
  'case-not-found': 404,
  'note-not-found': 404,
  'note-not-yours': 403,
  'note-corrected': 409,
  'notes-full': 409,
})
@Controller('v1/cases/:id/notes')
export class NoteController {
  constructor(private readonly notes: Notes) {}

  @Get()
  @ShowsPerson()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'What your unit has noted on a case, newest first; the reading is recorded' })
  @ApiOkResponse({ description: 'A page; corrected notes are there too', type: NotePage })
  @ApiProblems({ 400: ['invalid-request', 'cursor-invalid'], 404: ['case-not-found'] })
  list(
    @CurrentIdentity() identity: Identity,
    @CaseId() id: string,
    @Query() query: ListNotesQuery,
  ): Promise<NotePage> {
    return this.notes.list(identity, id, query);
  }

  @Post()
  @ApiOperation({ summary: 'Note something on a case, or correct a note of yours' })
  @ApiCreatedResponse({ description: 'It stays as it is', type: WrittenNote })
  @ApiProblems({
    403: ['role-missing', 'note-not-yours'],
    404: ['case-not-found', 'note-not-found'],
    409: ['note-corrected', 'notes-full'],
  })
  write(
    @CurrentIdentity() identity: Identity,
    @CaseId() id: string,
    @IdempotencyKey() idempotencyKey: string,
    @Body() { text, corrects }: WriteNoteBody,
  ): Promise<WrittenNote> {
    return this.notes.write(identity, id, { text, idempotencyKey, ...(corrects && { corrects }) });
  }
}
