import * as fc from 'fast-check';
import { formatTraceparent, parseTraceparent } from './trace-context';

const TEXT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

test('the example of the specification', () => {
  const parsed = parseTraceparent(TEXT);
  expect(parsed).toEqual({
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    traceFlags: 1,
  });
  expect(parsed && formatTraceparent(parsed)).toBe(TEXT);
});

test.each([
  undefined,
  ['00'],
  '',
  ` ${TEXT}`,
  `${TEXT}-more`,
  TEXT.toUpperCase(),
  TEXT.replace('00-4', '01-4'),
  TEXT.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32)),
  TEXT.replace('00f067aa0ba902b7', '0'.repeat(16)),
])('%p is none', (text) => expect(parseTraceparent(text)).toBeUndefined());

test('whatever parses is written the same', () =>
  fc.assert(
    fc.property(fc.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/), (text) => {
      const parsed = parseTraceparent(text);
      fc.pre(parsed !== undefined);
      return parsed !== undefined && formatTraceparent(parsed) === text;
    }),
  ));
