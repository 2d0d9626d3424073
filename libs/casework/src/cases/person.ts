import { ApiProperty } from '@nestjs/swagger';

/** Who a case is about, as far as the reader may see: one of the identities of a notice. */
export class IdentitySummary {
  @ApiProperty({ type: String, nullable: true, example: 'Osagie' })
  familyName: string | null;

  @ApiProperty({ type: [String], example: ['Blessing'] })
  givenNames: readonly string[];

  @ApiProperty({ type: String, nullable: true, example: null, description: 'As its own script writes it' })
  nativeName: string | null;

  @ApiProperty({ type: String, nullable: true, example: '2001-06-14' })
  birthDate: string | null;
}

export class PersonSummary {
  @ApiProperty({ type: IdentitySummary, nullable: true, description: 'Null where none is held or shown' })
  real: IdentitySummary | null;

  @ApiProperty({ type: IdentitySummary, nullable: true, description: 'Null where none is held or shown' })
  declared: IdentitySummary | null;
}

const NAMED = ['familyName', 'givenNames', 'nativeName', 'birthDate'] as const;

/** Fields of a notice that a summary shows. */
export const PERSON_PATHS: ReadonlySet<string> = new Set(
  ['real', 'declared'].flatMap((identity) => NAMED.map((name) => `civilStatus.${identity}.${name}`)),
);

type Named = Partial<Record<(typeof NAMED)[number], unknown>>;

/** Of what the policy let through. */
export function personOf(data: unknown): PersonSummary {
  const { civilStatus } = data as { civilStatus?: { real?: Named; declared?: Named } };
  return { real: summaryOf(civilStatus?.real), declared: summaryOf(civilStatus?.declared) };
}

function summaryOf(identity: Named | undefined): IdentitySummary | null {
  if (!identity || NAMED.every((name) => identity[name] === undefined)) return null;
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return {
    familyName: text(identity.familyName),
    givenNames: Array.isArray(identity.givenNames) ? (identity.givenNames as string[]) : [],
    nativeName: text(identity.nativeName),
    birthDate: text(identity.birthDate),
  };
}
