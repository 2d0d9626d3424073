import { createLogger, openDatabase } from '@liaison/platform';
import { Mailer } from './mailer';
import { WebhookSecrets } from './webhook-secret';
import { WebhookSender } from './webhook-sender';
import { WebhookTargets } from './webhook-target';

/** A process that sends what is due once and ends: made to be killed. */
async function main(): Promise<void> {
  const [url = '', epoch = '', key = ''] = process.argv.slice(2);
  const database = await openDatabase({
    url,
    entities: [],
    poolSize: 4,
    applicationName: 'webhook-sender-child',
    statementTimeoutMs: 15_000,
  });
  const sender = new WebhookSender({
    database,
    epoch,
    secrets: new WebhookSecrets(key),
    targets: new WebhookTargets({ allowHttp: true, privateNetworks: ['127.0.0.0/8'] }),
    mailer: new Mailer({ agency: 'police-75', allowPlain: true }),
    logger: createLogger({ service: 'child', agency: 'police-75', level: 'info' }),
    giveUpHours: 72,
  });
  await sender.send();
  await database.destroy();
}

void main();
