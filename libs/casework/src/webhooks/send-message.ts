import { AppError } from '@liaison/kernel';
import type { Mailer } from './mailer';
import { type PostOutcome, postMessage } from './post-message';
import type { WebhookSecrets } from './webhook-secret';
import type { WebhookTargets } from './webhook-target';

export interface Sending {
  readonly secrets: WebhookSecrets;
  readonly targets: WebhookTargets;
  readonly mailer: Mailer;
}

/** A webhook whose address is a person's, or a post's, mailbox. */
export const isMail = (url: string): boolean => url.toLowerCase().startsWith('mailto:');

/** Signs and posts, or mails; what cannot be signed is not posted. Never rejects. */
export async function sendMessage(
  { secrets, targets, mailer }: Sending,
  webhook: {
    readonly id: string;
    readonly url: string;
    readonly generation: number;
    readonly former: boolean;
  },
  message: { readonly id: string; readonly body: string; readonly test: boolean },
): Promise<PostOutcome> {
  if (isMail(webhook.url)) return mailer.send(webhook.url, message);
  try {
    const headers = secrets.headers(webhook, message, new Date());
    return await postMessage(targets, webhook.url, { headers, body: message.body });
  } catch (error) {
    return { delivered: false, error: error instanceof AppError ? error.code : 'not-signed' };
  }
}
