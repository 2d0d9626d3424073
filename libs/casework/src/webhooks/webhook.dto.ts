import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsOptional,
  IsString,
  Matches,
  MaxLength,
  MinLength,
} from 'class-validator';

const INSTANT = { format: 'date-time', example: '2026-11-18T09:42:18.011Z' };
const NO_INSTANT = { ...INSTANT, nullable: true, type: String };
const WORD = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const WORDS = { each: true, message: 'each of $property must be lower-case words with dashes' };

export class RegisterWebhookBody {
  @ApiProperty({
    example: 'https://files.example.org/liaison',
    maxLength: 2000,
    description:
      'https only; public addresses only, unless the configuration names the network. Or `mailto:` and one mail address, which is told that something urgent waits, and nothing else',
  })
  @IsString()
  @MaxLength(2000)
  url: string;

  @ApiPropertyOptional({
    maxLength: 200,
    example: 'File system of the unit',
    description: 'For operators. No names',
  })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  description?: string;

  @ApiPropertyOptional({
    type: [String],
    example: ['brp'],
    description: 'Only of these units; absent: of all',
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @MaxLength(63, { each: true })
  @Matches(WORD, WORDS)
  units?: string[];

  @ApiPropertyOptional({
    type: [String],
    example: ['notice'],
    description: 'Only of these kinds of record; absent: of all',
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @MaxLength(63, { each: true })
  @Matches(WORD, WORDS)
  resources?: string[];

  @ApiPropertyOptional({
    example: false,
    description:
      'Only of what somebody has to look at now (docs/changes-and-webhooks.md); always so for mail',
  })
  @IsOptional()
  @IsBoolean()
  urgent?: boolean;
}

export class WebhookItem {
  @ApiProperty({ format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' })
  id: string;

  @ApiProperty({ example: 'https://files.example.org/liaison' })
  url: string;

  @ApiProperty({ type: String, nullable: true, example: 'File system of the unit' })
  description: string | null;

  @ApiProperty({ type: [String], nullable: true, example: null })
  units: string[] | null;

  @ApiProperty({ type: [String], nullable: true, example: null })
  resources: string[] | null;

  @ApiProperty({ example: false, description: 'Told only of what is urgent' })
  urgent: boolean;

  @ApiProperty({ enum: ['active', 'paused', 'disabled'], description: '`disabled`: given up; `resume` it' })
  state: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'Why it is disabled: `unreachable`, `gone`',
  })
  reason: string | null;

  @ApiProperty({ ...NO_INSTANT, description: 'Since when every try fails' })
  failingSince: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'http-503', description: 'What the last try met' })
  lastError: string | null;

  @ApiProperty({ ...NO_INSTANT, description: 'When it last took a message' })
  deliveredAt: string | null;

  @ApiProperty({ ...NO_INSTANT, description: 'Of the next try, while it fails' })
  nextTryAt: string | null;

  @ApiProperty({ ...NO_INSTANT, description: 'Until when the secret before the last rotation signs too' })
  formerSecretUntil: string | null;

  @ApiProperty(INSTANT)
  createdAt: string;
}

export class WebhookList {
  @ApiProperty({ type: [WebhookItem] })
  items: readonly WebhookItem[];
}

/** The only answers that show a secret. */
export class WebhookSecret {
  @ApiProperty({ format: 'uuid', example: '01932f5e-8a10-7c44-9d0b-3c1f5a7e9b20' })
  id: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'whsec_…',
    description:
      'Shown once: verify signatures with it (Standard Webhooks). Null for mail, which is not signed',
  })
  secret: string | null;
}

export class WebhookTest {
  @ApiProperty({ description: 'It answered with 2xx' })
  delivered: boolean;

  @ApiProperty({ type: 'integer', nullable: true, example: 204 })
  status: number | null;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'Why not, as `lastError`' })
  error: string | null;
}
