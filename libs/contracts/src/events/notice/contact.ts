import { CommuneCode, DepartementOrRegion, PostalCode } from '../../codes';
import { Category } from '../../field-category';
import { Code, Optional, Text } from '../../rules';

/** How to reach the person. */
export class Contact {
  @Category('contact')
  @Optional()
  @Code('^\\+?[0-9]([0-9 ().-]*[0-9])?$', 30, 'a telephone number')
  phone?: string;

  @Category('contact')
  @Optional()
  @Code('^[^\\s@\\u0000-\\u001f\\u007f\\ud800-\\udfff]+@[A-Za-z0-9.-]+$', 254, 'an e-mail address')
  email?: string;
}

/** Where the person lives. A protected address never comes this far (R18, R23). */
export class Address {
  @Category('address')
  @Optional()
  @Text(200)
  line?: string;

  @Category('address')
  @Optional()
  @PostalCode()
  postalCode?: string;

  @Category('address')
  @Optional()
  @Text(100)
  commune?: string;

  @Category('address')
  @Optional()
  @CommuneCode()
  communeCode?: string;

  @Category('address')
  @Optional()
  @DepartementOrRegion()
  departement?: string;
}
