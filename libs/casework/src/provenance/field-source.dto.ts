import { ApiProperty } from '@nestjs/swagger';
import { ID, INSTANT } from '../dto';

/** Where fields came from, and since when this agency has them as they are. */
export class FieldSourceView {
  @ApiProperty({ example: 'police-75' })
  agency: string;

  @ApiProperty({ ...ID, description: 'The event that brought them, as its sender calls it' })
  event: string;

  @ApiProperty({ example: 'police-prefecture@1', description: 'They go no further unless it allows that' })
  convention: string;

  @ApiProperty(INSTANT)
  receivedAt: string;

  @ApiProperty({ type: [String], example: ['civilStatus.declared.familyName'], description: 'Their paths' })
  fields: readonly string[];
}
