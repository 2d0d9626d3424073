import { aclsOfKind, agencyAcls, auditLogAcls, type AclEntry } from './acls';

/** As both brokers judge: a denial wins, what no rule allows is refused. */
function may(
  rules: readonly AclEntry[],
  operation: 'read' | 'write',
  resource: 'topic' | 'group',
  name: string,
) {
  const matching = rules.filter(
    (rule) =>
      rule.operation === operation &&
      rule.resource === resource &&
      (rule.pattern === 'literal' ? rule.name === name : name.startsWith(rule.name)),
  );
  return matching.length > 0 && matching.every(({ permission }) => permission === 'allow');
}

test('an agency', () => {
  const rules = agencyAcls('prefecture-75', 'prefecture');
  expect(new Set(rules.map(({ username }) => username))).toEqual(new Set(['prefecture']));
  const judged = (
    [
      ['read', 'topic', 'liaison.inbox.prefecture-75'],
      ['write', 'topic', 'liaison.inbox.prefecture-75'],
      ['read', 'topic', 'liaison.inbox.prefecture-7'],
      ['read', 'topic', 'liaison.inbox.police-75'],
      ['write', 'topic', 'liaison.inbox.police-75'],
      ['write', 'topic', 'liaison.audit'],
      ['read', 'topic', 'liaison.audit'],
      ['read', 'topic', 'liaison.directory'],
      ['write', 'topic', 'liaison.directory'],
      ['read', 'topic', 'liaison.conventions'],
      ['write', 'topic', 'liaison.conventions'],
      ['write', 'topic', 'liaison.dead.prefecture-75'],
      ['write', 'topic', 'liaison.dead.police-75'],
      ['read', 'group', 'liaison.prefecture-75'],
      ['read', 'group', 'liaison.police-75'],
      ['read', 'group', 'liaison.prefecture-75.conventions'],
      ['read', 'group', 'liaison.police-75.conventions'],
    ] as const
  ).filter(([operation, resource, name]) => may(rules, operation, resource, name));
  expect(judged.map((it) => it.join(' '))).toEqual([
    'read topic liaison.inbox.prefecture-75',
    'write topic liaison.inbox.police-75',
    'write topic liaison.audit',
    'read topic liaison.directory',
    'read topic liaison.conventions',
    'write topic liaison.dead.prefecture-75',
    'read group liaison.prefecture-75',
    'read group liaison.prefecture-75.conventions',
  ]);
});

test('the audit log reads and writes records, acknowledges to everybody, and reads no inbox', () => {
  const rules = auditLogAcls('audit-log', 'audit');
  expect(may(rules, 'read', 'topic', 'liaison.audit')).toBe(true);
  expect(may(rules, 'write', 'topic', 'liaison.audit')).toBe(true);
  expect(may(rules, 'write', 'topic', 'liaison.dead.police-75')).toBe(false);
  expect(may(rules, 'write', 'topic', 'liaison.inbox.police-75')).toBe(true);
  expect(may(rules, 'read', 'topic', 'liaison.inbox.police-75')).toBe(false);
  expect(may(rules, 'read', 'group', 'liaison.audit-log')).toBe(true);
});

test('every agency reads conventions, and only the coordination publishes them', () => {
  const kinds = ['police', 'prefecture', 'ase', 'association', 'audit-log', 'coordination'];
  const rules = kinds.map((kind) => [kind, aclsOfKind(kind, `${kind}-75`, kind)] as const);
  const who = (operation: 'read' | 'write') =>
    rules.filter(([, each]) => may(each, operation, 'topic', 'liaison.conventions')).map(([kind]) => kind);
  expect(who('read')).toEqual(kinds);
  expect(who('write')).toEqual(['coordination']);
});
