import { PURGE_REASONS, type PurgeReason } from '@liaison/contracts';
import { ApiProperty } from '@nestjs/swagger';

const INSTANT = { type: String, format: 'date-time', nullable: true, example: null } as const;

/** What has become of something that another agency shared, beside what its sender says of it. */
export class SharedStanding {
  @ApiProperty({
    ...INSTANT,
    description: 'A ground on which it was shared has ended: since then only supervisors read it',
  })
  restrictedSince: string | null;

  @ApiProperty({
    ...INSTANT,
    description: 'Where its content is gone although its sender did not take it back',
  })
  purgedAt: string | null;

  @ApiProperty({ type: String, enum: PURGE_REASONS, nullable: true, example: null })
  purgeReason: PurgeReason | null;
}

/** Of a stored row. */
export const sharedStanding = (row: {
  readonly restrictedSince: Date | null;
  readonly purgedAt: Date | null;
  readonly purgeReason: PurgeReason | null;
}): SharedStanding => ({
  restrictedSince: row.restrictedSince?.toISOString() ?? null,
  purgedAt: row.purgedAt?.toISOString() ?? null,
  purgeReason: row.purgeReason,
});
