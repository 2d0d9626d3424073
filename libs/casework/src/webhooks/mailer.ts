import { AppError } from '@liaison/kernel';
import { isEmail } from 'class-validator';
import type { PostOutcome } from './post-message';

export interface MailSettings {
  /** Agency whose service it is: stands in the text, and nothing else does. */
  readonly agency: string;
  /** `smtps://user:password@host:port` or `smtp://…`; absent: no mail. */
  readonly smtpUrl?: string | undefined;
  /** Sender's address. */
  readonly from?: string | undefined;
  /** A server that offers no TLS: for development only. */
  readonly allowPlain: boolean;
}

/** For each step of the conversation with the mail server. */
const SMTP_TIMEOUT_MS = 10_000;

/**
 * Tells people by mail that something urgent waits. Mail is read by whoever carries it, so it says that and nothing else:
 * no kind, no id, no number. A message that is sent again has the same `Message-ID`, and mail programs show it once.
 */
export class Mailer {
  constructor(private readonly settings: MailSettings) {}

  /**
   * The address in a `mailto:` URL.
   * @throws AppError `webhook-target-refused` unless it is one address and nothing else, `mail-not-configured`
   */
  addressIn(url: URL): string {
    const address = decoded(url.pathname);
    if (!isEmail(address) || url.search || url.hash) {
      throw new AppError(
        'webhook-target-refused',
        'After mailto: there must be one mail address, and nothing else.',
      );
    }
    if (!this.settings.smtpUrl || !this.settings.from) {
      throw new AppError('mail-not-configured', 'Set SMTP_URL and MAIL_FROM of this service first.');
    }
    return address;
  }

  /** Never rejects; `status` is the mail server's reply code. */
  async send(url: string, message: { readonly id: string; readonly test: boolean }): Promise<PostOutcome> {
    try {
      const to = this.addressIn(new URL(url));
      const { agency, from = '', smtpUrl, allowPlain } = this.settings;
      const { createTransport } = await import('nodemailer');
      const transport = createTransport({
        url: smtpUrl,
        requireTLS: !allowPlain,
        connectionTimeout: SMTP_TIMEOUT_MS,
        greetingTimeout: SMTP_TIMEOUT_MS,
        socketTimeout: SMTP_TIMEOUT_MS,
      });
      await transport.sendMail({
        from,
        to,
        messageId: `<${message.id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
        // RFC 3834: nobody's absence notice is to answer.
        headers: { 'Auto-Submitted': 'auto-generated' },
        ...(message.test ? TEST : URGENT)(agency),
      });
      return { delivered: true, status: 250 };
    } catch (error) {
      const { responseCode, code } = error as { readonly responseCode?: number; readonly code?: unknown };
      if (responseCode !== undefined) {
        return { delivered: false, status: responseCode, error: `smtp-${responseCode}` };
      }
      return { delivered: false, error: typeof code === 'string' ? code.toLowerCase() : 'not-sent' };
    }
  }
}

/** Nothing where the escapes are wrong. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

const URGENT = (agency: string): { subject: string; priority: 'high'; text: string } => ({
  subject: `Liaison ${agency} : urgent`,
  priority: 'high',
  text: [
    'Quelque chose d’urgent attend dans Liaison. Ouvrez votre bureau pour le lire.',
    'Ce message n’en dit volontairement pas plus. N’y répondez pas.',
    '',
    'Something urgent waits in Liaison: open your desk. This message says no more on purpose.',
  ].join('\n'),
});

const TEST = (agency: string): { subject: string; text: string } => ({
  subject: `Liaison ${agency} : essai`,
  text: 'Ceci est un essai : les urgences seront annoncées à cette adresse.\n\nThis is a test: urgent matters will be announced to this address.',
});
