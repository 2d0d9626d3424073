import { createEmbeddedBroker, testPostgres, type TestDatabase, type TestPostgres } from '@liaison/testing';
import { type Broker, EmbeddedBroker } from '../broker';
import { LiaisonStrategy } from './liaison-strategy';

/** A broker that joins only when it is let, and says how each attempt ended. */
class SlowToJoin extends EmbeddedBroker {
  let!: () => void;
  readonly mayJoin = new Promise<void>((resolve) => (this.let = resolve));
  readonly attempts: Promise<unknown>[] = [];

  override subscribe(...options: Parameters<Broker['subscribe']>): ReturnType<Broker['subscribe']> {
    const joining = this.mayJoin.then(() => super.subscribe(...options));
    this.attempts.push(joining.catch((error: unknown) => error));
    return joining;
  }
}

describe('a service that is stopped while it joins its group', () => {
  let server: TestPostgres;
  let database: TestDatabase;

  beforeAll(async () => {
    server = await testPostgres();
    database = await createEmbeddedBroker(server);
  });
  afterAll(async () => {
    await database.drop();
    await server.stop();
  });

  const joining = async () => {
    const broker = new SlowToJoin({ url: database.adminUrl, clientId: 'police' });
    const fatal: Error[] = [];
    const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const strategy = new LiaisonStrategy(
      {
        broker,
        group: 'liaison.police-75',
        topic: 'liaison.inbox.police-75',
        logger,
        onFatal: (error) => fatal.push(error),
      },
      () => Promise.resolve(),
    );
    await broker.connect();
    strategy.listen(() => undefined);
    while (broker.attempts.length === 0) await new Promise(setImmediate);
    return { broker, fatal, strategy };
  };

  it('is not told that it cannot consume', async () => {
    const { broker, fatal, strategy } = await joining();
    await strategy.close();
    await broker.disconnect();
    broker.let();
    expect(await broker.attempts[0]).toBeInstanceOf(Error);
    await new Promise(setImmediate);
    expect(fatal).toEqual([]);
  });

  it('leaves the group that it joined too late', async () => {
    const { broker, fatal, strategy } = await joining();
    await strategy.close();
    broker.let();
    const subscription = (await broker.attempts[0]) as { readonly healthy: boolean };
    while (subscription.healthy) await new Promise(setImmediate);
    await broker.disconnect();
    expect(fatal).toEqual([]);
  });
});
