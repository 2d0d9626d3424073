import { AppError } from '@liaison/kernel';
import { Injectable, Logger } from '@nestjs/common';

/** One condition of readiness. The name is public; what `check` throws is logged, never shown. */
export interface HealthCheck {
  readonly name: string;
  check(): Promise<void>;
}

const CHECK_TIMEOUT_MS = 2000;

/** Conditions that must hold for this process to be given work. */
@Injectable()
export class Health {
  private readonly checks = new Map<string, HealthCheck>();
  private readonly failed = new Set<string>();
  private readonly logger = new Logger('Health');

  register(check: HealthCheck): void {
    this.checks.set(check.name, check);
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
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const message = `no answer in ${CHECK_TIMEOUT_MS} ms`;
      timer = setTimeout(() => reject(new AppError('health-check-late', message)), CHECK_TIMEOUT_MS);
    });
    try {
      await Promise.race([condition.check(), late]);
      if (this.failed.delete(name)) this.logger.log({ msg: 'a health check passes again', check: name });
      return true;
    } catch (err) {
      // Probes come every few seconds: one line for each change.
      if (!this.failed.has(name)) this.logger.warn({ msg: 'a health check fails', check: name, err });
      this.failed.add(name);
      return false;
    } finally {
      clearTimeout(timer);
    }
  }
}
