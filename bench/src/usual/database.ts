import { TypeOrmModule } from '@nestjs/typeorm';

/** The connection, from the environment, with TypeORM's defaults. */
export function database(entity: new () => object) {
  return [
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env['DATABASE_URL'],
      entities: [entity],
      synchronize: true,
    }),
    TypeOrmModule.forFeature([entity]),
  ];
}
