import type { EntityManager } from 'typeorm';
import type { CaseDocument, CaseRegister, CaseVersion, HeldCase } from './case-register';

/** Of a service that has cases of several kinds, each in its own place: a case is of one of them. */
export class SeveralRegisters implements CaseRegister {
  constructor(private readonly registers: readonly CaseRegister[]) {}

  findCase(...asked: Parameters<CaseRegister['findCase']>): Promise<HeldCase | undefined> {
    return this.first((register) => register.findCase(...asked));
  }

  findDelivered(
    manager: EntityManager,
    delivered: string,
  ): Promise<{ readonly id: string; readonly unit: string } | undefined> {
    return this.first((register) => register.findDelivered(manager, delivered));
  }

  findDelivery(
    manager: EntityManager,
    reader: Parameters<CaseRegister['findCase']>[1],
    id: string,
  ): Promise<string | undefined> {
    return this.first(async (register) => {
      if (register.findDelivery) return register.findDelivery(manager, reader, id);
      return (await register.findCase(manager, reader, id)) && id;
    });
  }

  async findDocuments(...asked: Parameters<CaseRegister['findDocuments']>): Promise<readonly CaseDocument[]> {
    const found: CaseDocument[] = [];
    for (const register of this.registers) found.push(...(await register.findDocuments(...asked)));
    return found;
  }

  async findVersions(...asked: Parameters<CaseRegister['findVersions']>): Promise<readonly CaseVersion[]> {
    for (const register of this.registers) {
      const found = await register.findVersions(...asked);
      if (found.length > 0) return found;
    }
    return [];
  }

  private async first<T>(find: (register: CaseRegister) => Promise<T | undefined>): Promise<T | undefined> {
    for (const register of this.registers) {
      const found = await find(register);
      if (found) return found;
    }
    return undefined;
  }
}
