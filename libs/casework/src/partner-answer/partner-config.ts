import { PARTNER_CHOICES } from '@liaison/contracts';
import { Setting } from '@liaison/platform';
import { IsArray, IsIn } from 'class-validator';
import { DeskConfig } from '../desk-config';

/** Of a service that answers those who bring cases to it. */
export class PartnerConfig extends DeskConfig {
  @Setting({
    env: 'ANSWER_CHOICES',
    description:
      'What of all that an agency of its kind may answer this one uses, such as `taken-up`, separated by commas; empty: all of it',
    default: '',
  })
  @IsArray()
  @IsIn(PARTNER_CHOICES, { each: true, message: '$property must be choices of partner-answered.v1' })
  answerChoices: string[];
}
