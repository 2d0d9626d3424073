import { CountryCode } from '../../codes';
import { Category } from '../../field-category';
import { CalendarDate, Code, Optional, Section, Text, WholeNumber } from '../../rules';

/** What the network claims to be owed. */
export class DebtV1 {
  /** In whole units of the currency. */
  @Category('travel')
  @WholeNumber(0, 1_000_000_000)
  amount: number;

  /** ISO 4217. */
  @Category('travel')
  @Code('^[A-Z]{3}$', 3, 'a currency code of three capital letters (ISO 4217)')
  currency: string;
}

/** How the person came. */
export class TravelV1 {
  @Category('travel')
  @Optional()
  @CalendarDate()
  entryDate?: string;

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
  @Section(() => DebtV1)
  debt?: DebtV1;
}
