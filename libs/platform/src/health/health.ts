import { Injectable } from '@nestjs/common';

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

  register(check: HealthCheck): void {
    this.checks.set(check.name, check);
  }

  /** Names of the conditions that do not hold, in alphabetical order; a check without an answer in 2 s fails. */
  async failing(): Promise<string[]> {
    const results = await Promise.all([...this.checks.values()].map((check) => holds(check)));
    return results.filter((name) => name !== undefined).sort();
  }
}

/** The name if it does not hold. */
async function holds({ name, check }: HealthCheck): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(name), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([check().then(() => undefined), late]);
  } catch {
    return name;
  } finally {
    clearTimeout(timer);
  }
}
