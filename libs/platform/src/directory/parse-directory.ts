import { AppError, type Agency } from '@liaison/kernel';
import { plainToInstance, Type } from 'class-transformer';
import {
  ArrayUnique,
  IsArray,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateNested,
  validateSync,
  type ValidationError,
} from 'class-validator';
import { parseDocument } from 'yaml';

const ID = /^[a-z][a-z0-9-]{1,40}$/;
const ID_MESSAGE = { message: '$property must be lower-case letters, digits and dashes' };
const DEPARTEMENT = /^(?:\d{2}|2[AB]|97\d|98\d)$/;
const DEPARTEMENT_MESSAGE = {
  message: '$property must be the INSEE code of a département, in quotes, such as "75"',
};

/** Lists of versions by what an event type is about: `liaison.notice.issued.v2` is version 2 of `notice.issued`. */
function AreVersions(): PropertyDecorator {
  return ValidateBy({
    name: 'areVersions',
    validator: {
      validate: (value) =>
        typeof value === 'object' &&
        value !== null &&
        Object.entries(value as object).every(
          ([about, versions]) => /^[a-z]+([.-][a-z]+)+$/.test(about) && isListOfVersions(versions),
        ),
      defaultMessage: () => '$property must have lists of versions, such as notice.issued: [1, 2]',
    },
  });
}

const isListOfVersions = (value: unknown): boolean =>
  Array.isArray(value) &&
  new Set(value).size === value.length &&
  value.every((version) => Number.isInteger(version) && version >= 1 && version <= 999);

class UnitEntry {
  @Matches(ID, ID_MESSAGE)
  id: string;

  @IsString()
  @IsNotEmpty()
  name: string;
}

class ContactPointEntry extends UnitEntry {
  @IsString()
  @IsNotEmpty()
  purpose: string;
}

class AgencyEntry {
  @Matches(ID, ID_MESSAGE)
  id: string;

  @Matches(ID, ID_MESSAGE)
  kind: string;

  @IsString()
  @IsNotEmpty()
  name: string;

  @IsOptional()
  @Matches(DEPARTEMENT, DEPARTEMENT_MESSAGE)
  departement?: string;

  @IsArray()
  @ArrayUnique()
  @Matches(DEPARTEMENT, { ...DEPARTEMENT_MESSAGE, each: true })
  competentFor: string[] = [];

  @IsArray()
  @ArrayUnique((unit: UnitEntry) => unit?.id, { message: '$property must not have the same id twice' })
  @ValidateNested({ each: true })
  @Type(() => UnitEntry)
  units: UnitEntry[] = [];

  @IsArray()
  @ArrayUnique((point: ContactPointEntry) => point?.id, {
    message: '$property must not have the same id twice',
  })
  @ValidateNested({ each: true })
  @Type(() => ContactPointEntry)
  contactPoints: ContactPointEntry[] = [];

  @IsInt()
  @Min(1)
  @Max(256)
  inboxPartitions: number;

  @IsOptional()
  @AreVersions()
  understands?: Record<string, number[]>;
}

class DirectoryFile {
  @IsArray()
  @ArrayUnique((agency: AgencyEntry) => agency?.id, { message: '$property must not have the same id twice' })
  @ValidateNested({ each: true })
  @Type(() => AgencyEntry)
  agencies: AgencyEntry[];
}

/**
 * Reads the agencies from YAML or JSON text.
 * @throws AppError `directory-invalid`, which lists what is wrong by path; `source` names the file.
 */
export function parseDirectory(text: string, source: string): readonly Agency[] {
  const document = parseDocument(text, { prettyErrors: true });
  const [syntaxError] = document.errors;
  if (syntaxError) throw failure(source, [syntaxError.message.split('\n')[0] ?? 'not YAML']);
  const content: unknown = document.toJS();
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw failure(source, ['agencies must be a list at the top of the file']);
  }
  const file = plainToInstance(DirectoryFile, content);
  const errors = validateSync(file, { whitelist: true, forbidNonWhitelisted: true });
  if (errors.length > 0) throw failure(source, linesOf(errors, ''));
  return file.agencies;
}

function linesOf(errors: readonly ValidationError[], parent: string): string[] {
  return errors.flatMap(({ property, constraints, children }) => {
    const path = parent === '' ? property : `${parent}.${property}`;
    const own = Object.values(constraints ?? {}).map((message) =>
      message.startsWith('property ')
        ? `${path} is not known here`
        : `${path} ${message.replace(`${property} `, '')}`,
    );
    return [...own, ...linesOf(children ?? [], path)];
  });
}

function failure(source: string, lines: readonly string[]): AppError {
  return new AppError('directory-invalid', `Correct the directory ${source}:\n  ${lines.join('\n  ')}`);
}
