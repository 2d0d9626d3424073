import { AppError } from '@liaison/kernel';
import { hkdfSync } from 'node:crypto';
import { Webhook } from 'standardwebhooks';

const SECRET_BYTES = 32;

/**
 * Secrets of webhooks: derived from the agency's key, the webhook's id and the number of its rotation (HKDF-SHA-256), so
 * that none is stored, and a copy of the database signs nothing.
 */
export class WebhookSecrets {
  constructor(private readonly key: string | undefined) {}

  /**
   * `whsec_` and base64, as Standard Webhooks has it.
   * @throws AppError `webhooks-not-configured`
   */
  of(webhookId: string, generation: number): string {
    if (this.key === undefined) {
      throw new AppError('webhooks-not-configured', 'Set WEBHOOK_SECRETS_KEY of this service first.');
    }
    const bytes = hkdfSync('sha256', this.key, webhookId, `liaison webhook ${generation}`, SECRET_BYTES);
    return `whsec_${Buffer.from(bytes).toString('base64')}`;
  }

  /** Headers of Standard Webhooks over these bytes; after a rotation the former secret signs too, for its time. */
  headers(
    {
      id,
      generation,
      former,
    }: { readonly id: string; readonly generation: number; readonly former: boolean },
    message: { readonly id: string; readonly body: string },
    at: Date,
  ): Record<string, string> {
    const generations = former && generation > 1 ? [generation, generation - 1] : [generation];
    return {
      'webhook-id': message.id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': generations
        .map((each) => new Webhook(this.of(id, each)).sign(message.id, at, message.body))
        .join(' '),
    };
  }
}
