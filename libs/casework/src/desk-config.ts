import { ServiceConfig, Setting } from '@liaison/platform';
import { Matches, MaxLength } from 'class-validator';

/** Of a service whose caseworkers receive what others send. */
export class DeskConfig extends ServiceConfig {
  @Setting({
    env: 'DEFAULT_UNIT',
    description: 'Unit of the directory that sees what its sender addresses to no unit',
    default: 'desk',
  })
  @MaxLength(63)
  @Matches(/^[a-z0-9]+(-[a-z0-9]+)*$/, { message: '$property must be the id of a unit in the directory' })
  defaultUnit: string;
}
