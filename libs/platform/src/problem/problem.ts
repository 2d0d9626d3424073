import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** One part of a request that was refused. Never holds the value. */
export class ProblemField {
  @ApiProperty({
    description: 'JSON Pointer into the body, or the name of a parameter',
    example: '/travel/entryDate',
  })
  pointer: string;

  @ApiProperty({ description: 'What it should be', example: 'must be a date such as 2026-11-22' })
  detail: string;
}

/** Problem details (RFC 9457), `application/problem+json`. `code` is stable; `detail` is for people. */
export class Problem {
  @ApiProperty({ example: 'urn:liaison:problem:invalid-request' })
  type: string;

  @ApiProperty({ example: 'Bad Request' })
  title: string;

  @ApiProperty({ example: 400 })
  status: number;

  @ApiProperty({ example: 'invalid-request' })
  code: string;

  @ApiPropertyOptional()
  detail?: string;

  @ApiPropertyOptional({ description: 'Quote it to the operators: the logs carry it too' })
  correlationId?: string;

  @ApiPropertyOptional({ type: () => [ProblemField] })
  errors?: readonly ProblemField[];
}
