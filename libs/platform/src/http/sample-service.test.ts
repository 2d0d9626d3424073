import { AppError } from '@liaison/kernel';
import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  Injectable,
  Module,
  Param,
  Post,
  Query,
  Res,
  StreamableFile,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Response as Answer } from 'supertest';
import { Type } from 'class-transformer';
import type { Response } from 'express';
import {
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { loadConfig } from '../config/load-config';
import { ServiceConfig } from '../config/service-config';
import { AllowRoles, CurrentIdentity, Public } from '../identity/access.decorators';
import type { Identity } from '../identity/identity';
import { AUDIENCE } from '../identity/local-issuer.test';
import { createLogger } from '../logging/logger';
import { ErrorStatus } from '../problem/error-status';
import { createHttpApp } from './create-http-app';
import { PageQuery } from './paging';
import { partOf } from './schema-rules';
import { noteDecided, noteRecorded, ShowsEach, ShowsPerson } from './shows-person';
import { UuidParam } from './route-parameters';
import { MayBeAbsent } from './validation';

class StageDto {
  @IsString()
  @MaxLength(20)
  place: string;
}

class JourneyDto {
  @ApiProperty({ description: 'Family name as declared', example: 'Adeyemi' })
  @IsString()
  @MaxLength(40)
  familyName: string;

  @IsOptional()
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: '$property must be a date such as 2026-11-22' })
  entryDate?: string;

  @IsOptional()
  @IsInt()
  @Min(0)
  debt?: number;

  @IsOptional()
  @IsIn(['air', 'sea'])
  means?: 'air' | 'sea';

  @ApiPropertyOptional({ type: () => [StageDto], example: [{ place: 'Lagos' }] })
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => StageDto)
  stages?: StageDto[];
}

class Stop {
  @IsString()
  @MaxLength(20)
  place: string;
}

class Leg {
  @ValidateNested()
  @Type(() => Stop)
  from: Stop;

  @IsArray()
  @ArrayMinSize(1)
  @ValidateNested({ each: true })
  @Type(() => Stop)
  stops: Stop[];
}

class JourneyDraft {
  @ApiProperty({ ...partOf(Leg), example: {} })
  journey: object;
}

class RemarkDto {
  @IsOptional()
  @IsString()
  remark?: string;

  @ApiPropertyOptional({ format: 'date', example: '2026-11-22' })
  @IsOptional()
  @IsISO8601({ strict: true })
  on?: string;
}

@MayBeAbsent()
class EndDto {
  @IsOptional()
  @IsString()
  remark?: string;
}

class JourneyAnswer {
  @ApiProperty()
  id: string;
}

/** How often the service has been constructed. */
export const made = { count: 0 };

@Injectable()
class Journeys {
  constructor() {
    made.count += 1;
  }

  open(id: string): never {
    throw new AppError('journey-not-found', `There is no journey ${id}.`);
  }
}

@ErrorStatus({ 'journey-not-found': 404 })
@Controller('v1/journeys')
class JourneyController {
  constructor(private readonly journeys: Journeys) {}

  @Post()
  @AllowRoles('officer', 'supervisor')
  @ApiCreatedResponse({ type: JourneyAnswer })
  create(@Body() body: JourneyDto, @CurrentIdentity() identity: Identity): object {
    return { isDto: body instanceof JourneyDto, agency: identity.agency, unit: identity.unit };
  }

  @Post('draft')
  @AllowRoles('officer')
  @ApiCreatedResponse({ type: JourneyDraft })
  draft(): JourneyDraft {
    return { journey: {} };
  }

  @Post('remark')
  @AllowRoles('officer')
  remark(@Body() body: RemarkDto): object {
    return { body };
  }

  @Post('end')
  @AllowRoles('officer')
  end(@Body() body?: EndDto): object {
    return { body: body ?? null };
  }

  @Get()
  @AllowRoles('desk')
  list(@Query() page: PageQuery): object {
    return { limit: page.limit };
  }

  @Get('failing/database')
  @Public()
  failDatabase(): never {
    const detail = 'Key (name)=(MARKED-Dupont) already exists.';
    throw Object.assign(new Error('duplicate key: MARKED-Dupont'), {
      code: '23505',
      detail,
      parameters: ['MARKED-Dupont'],
    });
  }

  @Get('failing/away')
  @Public()
  failAway(): never {
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  }

  @Get('failing/unmapped')
  @Public()
  failUnmapped(): never {
    throw new AppError('nobody-mapped-this', 'internal MARKED words');
  }

  @Get('slow')
  @Public()
  slow(): Promise<void> {
    return new Promise(() => undefined);
  }

  @Get('undeclared')
  undeclared(): object {
    return { secret: true };
  }

  @Get('person/:way')
  @Public()
  @ShowsPerson()
  person(@Param('way') way: string, @Res({ passthrough: true }) response: Response): object | StreamableFile {
    if (way.includes('decided')) noteDecided();
    if (way.includes('recorded')) noteRecorded();
    response.setHeader('ETag', '"MARKED"');
    if (way.includes('file')) return new StreamableFile(Buffer.from('MARKED'), { disposition: 'MARKED' });
    return { items: way.includes('none') ? [] : [{ familyName: 'MARKED-Adeyemi' }] };
  }

  @Get('persons/:recorded')
  @Public()
  @ShowsEach()
  persons(@Param('recorded') recorded: string): object {
    const items = ['MARKED-Adeyemi', 'MARKED-Osagie'].map((familyName) => ({ familyName }));
    items.forEach(() => noteDecided());
    items.slice(0, Number(recorded)).forEach(() => noteRecorded());
    return { items };
  }

  @Get('person-sent')
  @Public()
  @ShowsPerson()
  personSent(@Res() response: Response): void {
    response.json({ familyName: 'MARKED-Adeyemi' });
  }

  @Get(':id')
  @AllowRoles('officer')
  @Header('Cache-Control', 'no-store')
  get(@UuidParam('id') id: string): never {
    return this.journeys.open(id);
  }

  @Post('search')
  @Public()
  @HttpCode(200)
  search(@Body() body: JourneyDto): object {
    return { isDto: body instanceof JourneyDto };
  }
}

@Module({ controllers: [JourneyController], providers: [Journeys] })
export class JourneyModule {}

export const SAMPLE_API = { title: 'Sample', version: '1' };

export interface SampleOptions {
  readonly issuer: string;
  readonly env?: Record<string, string>;
  /** Gets every log line. */
  readonly lines?: string[];
}

/** A service over real HTTP whose routes fail in every way. */
export async function startSample({
  issuer,
  env,
  lines = [],
}: SampleOptions): Promise<NestExpressApplication> {
  const config = loadConfig(ServiceConfig, {
    AGENCY_ID: 'police-75',
    HTTP_PORT: '0',
    DATABASE_URL_SERVE: 'postgres://a:b@127.0.0.1/c',
    DATABASE_URL_INGEST: 'postgres://a:b@127.0.0.1/c',
    BROKER: 'embedded',
    EMBEDDED_BROKER_URL: 'postgres://a:b@127.0.0.1/c',
    OIDC_ISSUER: issuer,
    OIDC_AUDIENCE: AUDIENCE,
    DIRECTORY_FILE: '-',
    CONVENTIONS_DIR: '-',
    AGENT_PSEUDONYM_KEY: 'a-key-of-thirty-two-characters-or-more',
    RATE_LIMIT_PER_MINUTE: '0',
    ...env,
  });
  const app = await createHttpApp({
    service: 'sample',
    module: JourneyModule,
    config,
    openApi: SAMPLE_API,
    logger: createLogger({
      service: 'sample',
      agency: config.agencyId,
      level: config.logLevel,
      destination: { write: (line: string) => void lines.push(line) },
    }),
  });
  await app.listen(config.httpPort, config.httpHost);
  return app;
}

/** Problem details (RFC 9457) of this status and code, with the correlation id of the answer. */
export function expectProblem(response: Answer, status: number, code: string): void {
  expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(response.body).toMatchObject({ status, code, type: `urn:liaison:problem:${code}` });
  expect(response.body).toHaveProperty('correlationId', response.headers['x-correlation-id']);
  expect(response.status).toBe(status);
}
