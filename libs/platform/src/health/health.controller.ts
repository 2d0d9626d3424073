import type { Json } from '@liaison/kernel';
import { Controller, Get, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../identity/access.decorators';
import { Health } from './health';

@Public()
@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  /** The process answers. */
  @Get('live')
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  /** 200 when the process can do its work; else 503 and the names of what is missing. Details change neither. */
  @Get('ready')
  async ready(
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ status: string; failing: string[]; details: Readonly<Record<string, Json>> }> {
    const [failing, details] = await Promise.all([this.health.failing(), this.health.details()]);
    if (failing.length === 0) return { status: 'ready', failing, details };
    response.status(503);
    return { status: 'not ready', failing, details };
  }
}
