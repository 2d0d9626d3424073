import 'reflect-metadata';
import type { NoticeIssuedV2 } from '@liaison/contracts';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, type MicroserviceOptions, Payload, Transport } from '@nestjs/microservices';
import { InjectRepository } from '@nestjs/typeorm';
import { Column, CreateDateColumn, Entity, PrimaryGeneratedColumn, Repository } from 'typeorm';
import { database } from './database';
import { kafkaClient, USUAL_TOPIC } from './kafka';

@Entity('received_notice')
class ReceivedNotice {
  @PrimaryGeneratedColumn('uuid')
  id: string;

  @Column('uuid')
  noticeId: string;

  @Column('jsonb')
  content: object;

  @CreateDateColumn()
  receivedAt: Date;
}

@Controller()
class NoticeIssuedController {
  constructor(@InjectRepository(ReceivedNotice) private readonly notices: Repository<ReceivedNotice>) {}

  @EventPattern<string>(USUAL_TOPIC)
  async onIssued(@Payload() { id, content }: { id: string; content: NoticeIssuedV2 }): Promise<void> {
    await this.notices.save(this.notices.create({ noticeId: id, content }));
  }
}

@Module({ imports: database(ReceivedNotice), controllers: [NoticeIssuedController] })
class ReceiverModule {}

async function main(): Promise<void> {
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(ReceiverModule, {
    logger: ['warn', 'error'],
    transport: Transport.KAFKA,
    options: {
      client: kafkaClient('usual-receiver'),
      consumer: { groupId: 'usual' },
      subscribe: { fromBeginning: true },
    },
  });
  app.enableShutdownHooks();
  await app.listen();
  console.log('ready');
}

void main();
