import { nestedClassOf, Code, type LeafOptions } from './rules';
import { type PayloadClass, validatedProperties } from './field-category';

/**
 * Lists of codes that somebody else keeps (INSEE, ISO). A payload class says of which a field's codes are, and holds them
 * to the form only: lists change, and what was right when it was sent stays right. Whoever writes looks codes up.
 */
export const CODE_LISTS = ['departements', 'communes', 'countries', 'nationalities', 'languages'] as const;
export type CodeList = (typeof CODE_LISTS)[number];

/** A field that holds codes of a list: its leaf path, as in `EventField`. */
export interface CodedField {
  readonly path: string;
  readonly list: CodeList;
}

const lists = new WeakMap<object, Map<string, CodeList>>();

/** Every field of a payload that holds codes of a list. */
export function codedFieldsOf(payload: PayloadClass): readonly CodedField[] {
  return codedFields(payload, '');
}

function codedFields(payload: object, prefix: string): CodedField[] {
  return validatedProperties(payload).flatMap((property) => {
    const path = prefix + property;
    const nested = nestedClassOf(payload, property);
    if (nested) return codedFields(nested, `${path}.`);
    const list = lists.get(payload)?.get(property);
    return list ? [{ path, list }] : [];
  });
}

/** Notes the list, beside the rule of the form. */
function listed(list: CodeList, rule: PropertyDecorator): PropertyDecorator {
  return (target, property) => {
    const ofClass = lists.get(target.constructor) ?? new Map<string, CodeList>();
    lists.set(target.constructor, ofClass.set(String(property), list));
    rule(target, property);
  };
}

const DEPARTEMENT = '0[1-9]|1\\d|2[1-9AB]|[3-8]\\d|9[0-5]|97[1-8]|98[678]';
/** ISO 3166-2 of the regions as they are since 2016, which no code of a département resembles. */
const REGION = 'FR-(ARA|BFC|BRE|CVL|20R|GES|HDF|IDF|NOR|NAQ|OCC|PDL|PAC|971|972|973|974|976)';

/** INSEE code of a département: 01 to 95 (2A and 2B for Corsica), 971 to 978 and 986 to 988 overseas. */
export function DepartementCode(options?: LeafOptions): PropertyDecorator {
  return listed('departements', Code(`^(${DEPARTEMENT})$`, 3, 'the INSEE code of a département', options));
}

/** The INSEE code of a département, or the region that a convention generalises it to. */
export function DepartementOrRegion(): PropertyDecorator {
  const says = 'the INSEE code of a département (or its region, ISO 3166-2)';
  return listed('departements', Code(`^(${DEPARTEMENT}|${REGION})$`, 6, says, { coarser: ['region'] }));
}

/** A French postal code, or the département or region that a convention generalises it to. */
export function PostalCode(): PropertyDecorator {
  return Code(`^(\\d{5}|${DEPARTEMENT}|${REGION})$`, 6, 'a postal code of five digits (or its département)', {
    coarser: ['departement', 'region'],
  });
}

/** INSEE code of a commune. */
export function CommuneCode(options?: LeafOptions): PropertyDecorator {
  return listed('communes', Code('^(\\d{5}|2[AB]\\d{3})$', 5, 'the INSEE code of a commune', options));
}

/** ISO 3166-1 alpha-2. */
export function CountryCode(options?: LeafOptions): PropertyDecorator {
  return listed('countries', Code(COUNTRY, 2, COUNTRY_SAYS, options));
}

/** ISO 3166-1 alpha-2 of the country whose national somebody is. */
export function NationalityCode(options?: LeafOptions): PropertyDecorator {
  return listed('nationalities', Code(COUNTRY, 2, COUNTRY_SAYS, options));
}

/** ISO 639-1 or 639-3. */
export function LanguageCode(options?: LeafOptions): PropertyDecorator {
  return listed(
    'languages',
    Code('^[a-z]{2,3}$', 3, 'a language code of two or three small letters (ISO 639)', options),
  );
}

/** Id of an agency, a unit or a contact point, as the directory has them. */
export function DirectoryId(options?: LeafOptions): PropertyDecorator {
  return Code(DIRECTORY_ID, 63, 'an id of the directory (small letters, digits, hyphens)', options);
}

/** A stable word of the code: reason, role, purpose. */
export function Word(options?: LeafOptions): PropertyDecorator {
  return Code(
    '^[A-Za-z0-9]+([-._/][A-Za-z0-9]+)*$',
    100,
    'a word of letters, digits and single - . _ /',
    options,
  );
}

/** Id of a convention's rule or of a statutory floor, as the policy gives it. */
export function RuleId(options?: LeafOptions): PropertyDecorator {
  return Code('^[!-~]+$', 200, 'the id of a rule', options);
}

export function FieldPath(options?: LeafOptions): PropertyDecorator {
  return Code('^[A-Za-z][A-Za-z0-9]*(\\.[A-Za-z][A-Za-z0-9]*)*$', 200, 'the path of a field', options);
}

/** `<id>@<version>` */
export function ConventionId(): PropertyDecorator {
  return Code('^[a-z0-9]+(-[a-z0-9]+)*@[1-9]\\d{0,8}$', 120, 'a convention with its version, <id>@<version>');
}

export function EventTypeName(): PropertyDecorator {
  return Code(EVENT_TYPE, 120, 'an event type, liaison.<thing>.<past tense>.v<N>');
}

const COUNTRY = '^[A-Z]{2}$';
const COUNTRY_SAYS = 'a country code of two capital letters (ISO 3166-1)';
export const DIRECTORY_ID = '^[a-z0-9]+(-[a-z0-9]+)*$';
export const EVENT_TYPE = '^liaison\\.[a-z]+(-[a-z]+)*\\.[a-z]+(-[a-z]+)*\\.v[1-9]\\d{0,3}$';
