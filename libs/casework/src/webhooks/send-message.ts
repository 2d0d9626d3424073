import { AppError } from '@liaison/kernel';
import { type PostOutcome, postMessage } from './post-message';
import type { WebhookSecrets } from './webhook-secret';
import type { WebhookTargets } from './webhook-target';

export interface Sending {
  readonly secrets: WebhookSecrets;
  readonly targets: WebhookTargets;
}

/** Signs and posts; what cannot be signed is not delivered. Never rejects. */
export async function sendMessage(
  { secrets, targets }: Sending,
  webhook: {
    readonly id: string;
    readonly url: string;
    readonly generation: number;
    readonly former: boolean;
  },
  message: { readonly id: string; readonly body: string },
): Promise<PostOutcome> {
  try {
    const headers = secrets.headers(webhook, message, new Date());
    return await postMessage(targets, webhook.url, { headers, body: message.body });
  } catch (error) {
    return { delivered: false, error: error instanceof AppError ? error.code : 'not-signed' };
  }
}
