import { CountryCode } from '../codes';
import { Category } from '../field-category';
import { BirthDate, Optional, Text } from '../rules';

/** To whom a préfecture makes a document out. It may be the established identity: as such it is protected. */
export class RecordHolder {
  @Category('real-identity')
  @Text(100)
  familyName: string;

  @Category('real-identity')
  @Optional()
  @Text(100)
  givenNames?: string;

  @Category('real-identity')
  @Optional()
  @BirthDate()
  birthDate?: string;

  @Category('real-identity')
  @Optional()
  @Text(100)
  birthPlace?: string;

  @Category('real-identity')
  @Optional()
  @CountryCode()
  nationality?: string;
}
