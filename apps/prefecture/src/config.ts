import { ServiceConfig, Setting } from '@liaison/platform';
import { Matches, MaxLength } from 'class-validator';

export class PrefectureConfig extends ServiceConfig {
  @Setting({
    env: 'DEFAULT_UNIT',
    description: 'Unit of the directory that sees the notices whose sender names none',
    default: 'desk',
  })
  @MaxLength(63)
  @Matches(/^[a-z0-9]+(-[a-z0-9]+)*$/, { message: '$property must be the id of a unit in the directory' })
  defaultUnit: string;
}
