import { ApiProperty } from '@nestjs/swagger';
/** What requests and answers about conflicts, claims and provisional shelter have in common. */

export const ID = { format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' };
export const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z' };
export const NO_INSTANT = { ...INSTANT, type: String, nullable: true };
export const VERSION = { description: 'Number of the state, as in ETag', example: 1 };
export const OWN_CASE = { ...ID, description: 'Of your own agency' };
export const DEPARTEMENT = { example: '13', description: 'INSEE code' };
export const NO_DEPARTEMENT = { ...DEPARTEMENT, type: String, nullable: true };
/** Of an invented child. */
export const CONTENT = {
  departement: '13',
  ground: 'residence',
  account: 'She says that she lived in Marseille for a year.',
  civilStatus: { declared: { givenNames: ['Mercy'], estimatedAge: 15 }, languages: ['en'] },
  age: { ground: 'estimated' },
};

/** What would be decided now; it is decided again when it leaves. */
export class Decided {
  @ApiProperty({ example: true })
  allowed: boolean;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why it does not leave' })
  denial: string | null;
}
