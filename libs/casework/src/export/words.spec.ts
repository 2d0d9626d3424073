import {
  describeEvent,
  EVENT_TYPES,
  FLIGHT_REPORTED,
  NOTICE_AMENDED,
  NOTICE_ISSUED,
  generateSchemas,
  OPINION_REQUESTED,
  SUPPORT_REPORTED,
} from '@liaison/contracts';
import { wordsOfCode } from './code-words';
import { wordOf } from './words';

describe('the words of an export', () => {
  it.each([NOTICE_ISSUED, NOTICE_AMENDED, OPINION_REQUESTED, FLIGHT_REPORTED, SUPPORT_REPORTED])(
    'name every field of %s in French',
    (type) => {
      const event = EVENT_TYPES.find((each) => each.type === type);
      const names = event ? describeEvent(event.class).fields.flatMap(({ path }) => path.split('.')) : [];
      expect(names.length).toBeGreaterThan(0);
      expect([...new Set(names)].filter((name) => wordOf(name) === name)).toEqual([]);
    },
  );

  it('say in French what every code of a case’s documents means', () => {
    const codes: [string, string][] = [];
    const collect = (schema: unknown, member: string): void => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [key, value] of Object.entries(schema)) {
        if (key === 'enum')
          codes.push(...(value as string[]).map((code): [string, string] => [member, code]));
        else if (key === 'properties') {
          for (const [name, of] of Object.entries(value as object)) collect(of, name);
        } else collect(value, member);
      }
    };
    const schemas = generateSchemas();
    for (const name of [
      'notice-issued.v2',
      'notice-amended.v1',
      'opinion-requested.v1',
      'flight-reported.v1',
      'support-reported.v1',
    ]) {
      expect(schemas[name]).toBeDefined();
      collect(schemas[name], name);
    }
    expect(codes.length).toBeGreaterThan(50);
    expect(codes.filter(([member, code]) => wordsOfCode(member, code) === undefined)).toEqual([]);
  });
});
