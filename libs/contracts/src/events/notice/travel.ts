import { CountryCode } from '../../codes';
import { Category } from '../../field-category';
import { CalendarDate, Code, Optional, Section, Text, WholeNumber } from '../../rules';

/** What the network claims to be owed. */
export class Debt {
  /** In whole units of the currency. */
  @Category('travel')
  @WholeNumber(0, 1_000_000_000)
  amount: number;

  /** ISO 4217. */
  @Category('travel')
  @Code('^[A-Z]{3}$', 3, 'a currency code of three capital letters (ISO 4217)')
  currency: string;

  /** What of it has been paid already, in whole units of the currency. */
  @Category('travel')
  @Optional()
  @WholeNumber(0, 1_000_000_000)
  repaid?: number;

  /** How it is held over the person: an oath, a guarantee of the family. */
  @Category('means-of-control')
  @Optional()
  @Text(500)
  heldBy?: string;
}

/** How the person came. */
export class Travel {
  @Category('travel')
  @Optional()
  @CalendarDate()
  entryDate?: string;

  /** Where the person came into France. */
  @Category('travel')
  @Optional()
  @Text(200)
  entryPlace?: string;

  @Category('travel')
  @Optional()
  @Text(500)
  route?: string;

  @Category('travel')
  @Optional()
  @CountryCode({ list: 30 })
  transitCountries?: string[];

  @Category('travel')
  @Optional()
  @Text(200)
  means?: string;

  @Category('travel')
  @Optional()
  @Text(200)
  organisedBy?: string;

  @Category('travel')
  @Optional()
  @Text(500)
  documentsUsed?: string;

  @Optional()
  @Section(() => Debt)
  debt?: Debt;
}
