import { AppError, type Json } from '@liaison/kernel';
import { Injectable, Logger } from '@nestjs/common';

/** One condition of readiness. The name is public; what `check` throws is logged, never shown. */
export interface HealthCheck {
  readonly name: string;
  check(): Promise<void>;
}

/**
 * What the probe tells beside its verdict, so that whoever looks need not guess. Public: no personal data, and nothing that
 * is not in the metrics.
 */
export interface HealthDetail {
  readonly name: string;
  readonly read: () => Promise<Json>;
}

const CHECK_TIMEOUT_MS = 2000;

/** Conditions that must hold for this process to be given work. */
@Injectable()
export class Health {
  private readonly checks = new Map<string, HealthCheck>();
  private readonly described: HealthDetail[] = [];
  private readonly failed = new Set<string>();
  private readonly logger = new Logger('Health');

  register(check: HealthCheck): void {
    this.checks.set(check.name, check);
  }

  describe(detail: HealthDetail): void {
    this.described.push(detail);
  }

  /** Every detail by its name; one that cannot be read in time is left out. */
  async details(): Promise<Readonly<Record<string, Json>>> {
    const entries = await Promise.all(
      this.described.map(async ({ name, read }) => {
        const value = await inTime(read()).catch(() => undefined);
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
    return Object.fromEntries(entries.flat());
  }

  /** Names of the conditions that do not hold, in alphabetical order; a check without an answer in 2 s fails. */
  async failing(): Promise<string[]> {
    const states = await this.states();
    return [...states].flatMap(([name, holds]) => (holds ? [] : [name])).sort();
  }

  /** Every condition, and whether it holds. */
  async states(): Promise<ReadonlyMap<string, boolean>> {
    const conditions = [...this.checks.values()];
    return new Map(await Promise.all(conditions.map(async (it) => [it.name, await this.holds(it)] as const)));
  }

  private async holds(condition: HealthCheck): Promise<boolean> {
    const { name } = condition;
    try {
      await inTime(condition.check());
      if (this.failed.delete(name)) this.logger.log({ msg: 'a health check passes again', check: name });
      return true;
    } catch (err) {
      // Probes come every few seconds: one line for each change.
      if (!this.failed.has(name)) this.logger.warn({ msg: 'a health check fails', check: name, err });
      this.failed.add(name);
      return false;
    }
  }
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `no answer in ${CHECK_TIMEOUT_MS} ms`;
    timer = setTimeout(() => reject(new AppError('health-check-late', message)), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
