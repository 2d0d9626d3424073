import { ServiceConfig, Setting } from '@liaison/platform';
import { IsInt, Max, Min } from 'class-validator';

export class AuditLogConfig extends ServiceConfig {
  @Setting({
    env: 'UNPAIRED_AFTER_SECONDS',
    description: 'A disclosure without a receipt, or a receipt without a disclosure, is listed after this',
    default: '3600',
  })
  @IsInt()
  @Min(1)
  @Max(31_536_000)
  unpairedAfterSeconds: number;
}
