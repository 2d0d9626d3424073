import { JSONSchema } from 'class-validator-jsonschema';
import { DepartementCode } from '../codes';
import { Category, EventPayload } from '../field-category';
import { CalendarDate, OneOf, Optional, Section, Timestamp } from '../rules';
import { DeclaredIdentity } from './notice/civil-status';

export const SUPPORT_REPORTED = 'liaison.support.reported.v1';

/** `ended`: no longer, whatever the reason. */
export const SUPPORT_STATES = ['ongoing', 'ended', 'none'] as const;
export type SupportState = (typeof SUPPORT_STATES)[number];

/** By which the préfecture finds whose file it is. */
export class SupportedPerson {
  @Section(() => DeclaredIdentity, { notEmpty: true })
  declared: DeclaredIdentity;
}

/** One kind of help, and since when. */
export class HelpGiven {
  @Category('steps')
  @OneOf(SUPPORT_STATES)
  state: SupportState;

  /** Of the state. */
  @Category('steps')
  @Optional()
  @CalendarDate()
  since?: string;
}

/**
 * An association tells the préfecture that somebody is supported and lodged, with their consent (R10, R11): for a card without
 * cooperation, or a reflection period. The whole of it each time it changes. Never where: there is no field for a place, and no
 * shelter is named (R23). The préfecture links it to a case of its own; the envelope's `subject` is the association's.
 */
@EventPayload(SUPPORT_REPORTED)
@JSONSchema({ title: 'Support reported' })
export class SupportReportedV1 {
  /** Of the préfecture that deals with the residence: it says nothing of where the person lives. */
  @Category('procedure')
  @DepartementCode()
  departement: string;

  @Section(() => SupportedPerson)
  civilStatus: SupportedPerson;

  /** By an association: social, legal, psychological. */
  @Section(() => HelpGiven)
  support: HelpGiven;

  @Section(() => HelpGiven)
  lodging: HelpGiven;

  @Category('dates')
  @Timestamp()
  reportedAt: string;
}
