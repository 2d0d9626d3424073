import {
  createTestDatabase,
  describeBrokerOutage,
  type Killable,
  type OutageHarness,
  ownPostgres,
  type TestDatabase,
  type TestPostgres,
} from '@liaison/testing';
import { EmbeddedBroker } from './embedded-broker';

let postgres: TestPostgres & Killable;
let database: TestDatabase;

const options = () => ({ url: database.adminUrl, clientId: 'outage', closeTimeoutMs: 1000 });

const harness: OutageHarness = {
  start: async () => {
    postgres = await ownPostgres();
    database = await createTestDatabase(postgres);
    await EmbeddedBroker.install(database.adminUrl);
  },
  stop: () => postgres.stop(),
  newBroker: () => new EmbeddedBroker(options()),
  agencyUser: () => '',
  childBroker: () => ({ adapter: 'embedded', options: options() }),
  goDown: () => postgres.kill(),
  comeBack: () => postgres.restart(),
};

describeBrokerOutage('The embedded broker', harness);
