import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from './data-folder';
import { runKafkaProgram } from './kafka-java';

export interface KafkaUser {
  readonly name: string;
  readonly password: string;
}

/** `SCRAM-SHA-512=[name=…,password=…]`, as the formatter takes it. */
export function scramArgument({ name, password }: KafkaUser): string {
  return `SCRAM-SHA-512=[name=${name},password=${password}]`;
}

/** Remembers which users the cluster knows, by a hash of each password. */
export function rememberUsers(dataDir: string, users: readonly KafkaUser[]): void {
  const known = Object.fromEntries(users.map((user) => [user.name, fingerprint(user)]));
  writeWhole(usersFile(dataDir), `${JSON.stringify(known, null, 2)}\n`);
}

/** Users that the cluster does not know yet, or by another password. */
export function unknownUsers(dataDir: string, users: readonly KafkaUser[]): readonly KafkaUser[] {
  if (!existsSync(usersFile(dataDir))) return users;
  const known = JSON.parse(readFileSync(usersFile(dataDir), 'utf8')) as Record<string, string>;
  return users.filter((user) => known[user.name] !== fingerprint(user));
}

/** Tells a running cluster, one user at a time (1 to 2 s each); effective at once. */
export async function alterUsers(options: {
  readonly libs: string;
  readonly dataDir: string;
  readonly bootstrap: string;
  readonly admin: KafkaUser;
  readonly users: readonly KafkaUser[];
}): Promise<void> {
  const { admin, dataDir } = options;
  const clientFile = join(dataDir, 'admin.properties');
  const login = `org.apache.kafka.common.security.scram.ScramLoginModule required username="${admin.name}" password="${admin.password}";`;
  writeWhole(
    clientFile,
    `security.protocol=SASL_PLAINTEXT\nsasl.mechanism=SCRAM-SHA-512\nsasl.jaas.config=${login}\n`,
  );
  try {
    for (const { name, password } of options.users) {
      const where = ['--bootstrap-server', options.bootstrap, '--command-config', clientFile];
      const change = ['--alter', '--add-config', `SCRAM-SHA-512=[iterations=4096,password=${password}]`];
      const args = [...where, ...change, '--entity-type', 'users', '--entity-name', name];
      await runKafkaProgram({
        libs: options.libs,
        program: 'kafka.admin.ConfigCommand',
        args,
        workDir: dataDir,
      });
    }
  } finally {
    rmSync(clientFile, { force: true });
  }
}

function usersFile(dataDir: string): string {
  return join(dataDir, 'users.json');
}

function fingerprint({ name, password }: KafkaUser): string {
  return createHash('sha256').update(`${name}\0${password}`).digest('hex');
}
