import { Client } from 'pg';
import { backoffMs, delay, RECONNECT } from './backoff';

export type Wake = 'append' | 'group';

/**
 * One connection that listens for appended messages and changes in groups. It only saves waiting for the next poll:
 * what it misses is found then, so its failures are nobody's concern.
 */
export class EmbeddedWakeup {
  private readonly listeners = new Set<(wake: Wake, payload: string) => void>();
  private readonly closing = new AbortController();
  private listening: Promise<void> = Promise.resolve();
  private client?: Client;

  constructor(
    private readonly url: string,
    private readonly clientId: string,
  ) {}

  start(): void {
    this.listening = this.listen();
  }

  /** Calls back at every wake-up until the returned function is called. */
  on(listener: (wake: Wake, payload: string) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.client?.end().catch(() => undefined);
    await this.listening;
  }

  private async listen(): Promise<void> {
    for (let attempt = 0; !this.closing.signal.aborted; attempt += 1) {
      const client = new Client({
        connectionString: this.url,
        application_name: `${this.clientId} wake-up`,
        connectionTimeoutMillis: 5000,
        keepAlive: true,
      });
      this.client = client;
      const ended = new Promise<void>((resolve) => {
        client.on('error', () => resolve());
        client.on('end', () => resolve());
      });
      client.on('notification', ({ channel, payload = '' }) => {
        this.emit(channel === 'broker_group' ? 'group' : 'append', payload);
      });
      try {
        // What is ended while it connects never says that it connected, nor that it did not.
        await Promise.race([client.connect(), ended]);
        await client.query('listen broker_append; listen broker_group');
        attempt = 0;
        if (!this.closing.signal.aborted) await ended;
      } catch {
        // Tried again below; polling goes on meanwhile.
      }
      await client.end().catch(() => undefined);
      await delay(backoffMs(attempt, RECONNECT), this.closing.signal);
    }
  }

  private emit(wake: Wake, payload: string): void {
    for (const listener of this.listeners) listener(wake, payload);
  }
}
