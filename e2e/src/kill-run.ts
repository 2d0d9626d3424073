import { readFileSync } from 'node:fs';
import { inboxTopic } from '@liaison/contracts';
import { type Crash, crashAt, crashLine, eventually } from '@liaison/testing';
import { expectDeliveredOnce } from './checker';
import { findInLogs, secretsOf } from './leaks';
import { type Accepted, type Load, type LoadOptions, startLoad } from './load';
import { MARK } from './marked-notice';
import { type BrokerKind, type ServiceName, startSystem, type System } from './system';

/** Lanes and partitions that notices go through. */
const INBOX = inboxTopic('prefecture-75');
const DEATH_MS = 30_000;
const LAST_WORDS = 60;

/** One system that is hurt again and again; everything that it ever accepted is checked each time. */
export class KillRun {
  private readonly accepted: Accepted[] = [];
  private repeats = 0;

  private constructor(readonly system: System) {}

  static async start(kind: BrokerKind): Promise<KillRun> {
    return new KillRun(await startSystem(kind));
  }

  /** Does something to the system while notices are issued, then waits until all is as if it had not happened. */
  async underLoad(
    disturb: (load: Load) => Promise<void>,
    options?: LoadOptions,
  ): Promise<{ readonly sentAgain: number }> {
    const load = startLoad(this.system, options);
    try {
      await disturb(load);
      await load.more(5);
    } catch (error) {
      // What went wrong, not that the clients could not go on because of it.
      const ended = this.ended();
      await load.stop().catch(() => undefined);
      throw ended === '' ? error : new Error(ended, { cause: error });
    }
    await load.stop();
    this.accepted.push(...load.accepted);
    const { repeats } = await expectDeliveredOnce(this.system, this.accepted);
    const sentAgain = repeats - this.repeats;
    this.repeats = repeats;
    return { sentAgain };
  }

  /** Kills a service at an exact line, the second time that it gets there, and starts it again. */
  async killAt(service: ServiceName, stage: Crash['stage']): Promise<{ readonly sentAgain: number }> {
    const crash: Crash = { stage, nth: 2, topic: INBOX };
    const victim = this.system.service(service);
    await victim.restart(crashAt(crash));
    return this.underLoad(async () => {
      await eventually(() => !victim.running, { timeoutMs: DEATH_MS });
      expect(readFileSync(victim.logFile, 'utf8')).toContain(crashLine(crash));
      await victim.restart();
    });
  }

  /** Pauses a service at an exact line: it holds its connections, locks and leases and does nothing. */
  async pauseAt(service: ServiceName, stage: Crash['stage']): Promise<{ paused(): Promise<void> }> {
    const crash: Crash = { stage, nth: 2, topic: INBOX, signal: 'SIGSTOP' };
    const victim = this.system.service(service);
    await victim.restart(crashAt(crash));
    return {
      paused: async () => {
        const said = () => readFileSync(victim.logFile, 'utf8').includes(crashLine(crash));
        await eventually(said, { timeoutMs: DEATH_MS });
      },
    };
  }

  /** Which processes run: an outage of what they depend on must not end them. */
  processes(): object {
    return this.system.services.map(({ name, pid, running }) => ({ name, pid, running }));
  }

  /** The services that have ended, each with its last words. */
  private ended(): string {
    const gone = this.system.services.filter(({ running }) => !running);
    const lastWords = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-LAST_WORDS);
    return gone
      .map(({ name, logFile }) => [`${name} has ended:`, ...lastWords(logFile)].join('\n'))
      .join('\n');
  }

  /** Names of persons and secrets in any process's log: an outage makes libraries talk. */
  async leaks(): Promise<string[]> {
    return findInLogs(this.system, [MARK, ...(await secretsOf(this.system))]);
  }

  async stop(): Promise<void> {
    await this.system.stop();
  }
}
