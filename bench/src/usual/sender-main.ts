import 'reflect-metadata';
import { NoticeIssuedV2 } from '@liaison/contracts';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Module,
  type OnModuleInit,
  Post,
  ValidationPipe,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientKafka, ClientsModule, Transport } from '@nestjs/microservices';
import { InjectRepository } from '@nestjs/typeorm';
import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, Repository } from 'typeorm';
import { database } from './database';
import { kafkaClient, USUAL_TOPIC } from './kafka';

@Entity('notice')
class Notice {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('jsonb')
  content: NoticeIssuedV2;

  @CreateDateColumn()
  createdAt: Date;
}

@Controller('notices')
class NoticeController implements OnModuleInit {
  constructor(
    @InjectRepository(Notice) private readonly notices: Repository<Notice>,
    @Inject('KAFKA') private readonly kafka: ClientKafka,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.kafka.connect();
  }

  @Post()
  @HttpCode(202)
  async issue(@Body() content: NoticeIssuedV2): Promise<{ id: string }> {
    const { id } = await this.notices.save(this.notices.create({ content }));
    this.kafka.emit(USUAL_TOPIC, { id, content });
    return { id };
  }

  @Get()
  ready(): string {
    return 'ready';
  }
}

@Module({
  imports: [
    ...database(Notice),
    ClientsModule.register([
      {
        name: 'KAFKA',
        transport: Transport.KAFKA,
        options: { client: kafkaClient('usual-sender'), producerOnlyMode: true },
      },
    ]),
  ],
  controllers: [NoticeController],
})
class SenderModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(SenderModule, { logger: ['warn', 'error'] });
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }));
  app.enableShutdownHooks();
  await app.listen(Number(process.env['PORT']), '127.0.0.1');
}

void main();
