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

  /** 200 when the process can do its work; else 503 and the names of what is missing. */
  @Get('ready')
  async ready(
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ status: string; failing: string[] }> {
    const failing = await this.health.failing();
    if (failing.length === 0) return { status: 'ready', failing };
    response.status(503);
    return { status: 'not ready', failing };
  }
}
