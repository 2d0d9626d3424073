import { AppError } from '@liaison/kernel';
import { withCorrelation } from './correlation';
import { createLogger, LiaisonLogger } from './logger';

const MARK = 'MARKED-Okonkwo';

describe('the logger', () => {
  const lines: string[] = [];
  const logger = createLogger({
    service: 'police',
    agency: 'police-75',
    level: 'trace',
    destination: { write: (line) => void lines.push(line) },
  });
  const nest = new LiaisonLogger(logger);
  beforeEach(() => {
    lines.length = 0;
  });
  const only = (): Record<string, unknown> => {
    expect(lines).toHaveLength(1);
    return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  };

  it('writes who, what and the correlation across asynchronous steps', async () => {
    await withCorrelation('c-1', async () => {
      await new Promise((resolve) => setImmediate(resolve));
      logger.info({ lane: 3 }, 'published');
    });
    const expected = {
      level: 'info',
      service: 'police',
      agency: 'police-75',
      correlationId: 'c-1',
      lane: 3,
      msg: 'published',
    };
    expect(only()).toMatchObject(expected);
  });

  it('redacts what people said of a person, and secrets, at any depth', () => {
    logger.info({
      body: MARK,
      payload: { a: MARK },
      notice: { civilStatus: { familyName: MARK } },
      config: { password: MARK, databaseUrlServe: MARK },
    });
    logger.info({ rows: [{ a: { b: [{ travel: MARK }] } }], deep: { a: { b: { c: { d: { e: MARK } } } } } });
    logger.info({ subject: MARK, request: { authorization: MARK }, parameters: [MARK] }, 'x');
    expect(lines.join('')).not.toContain(MARK);
    expect(lines.join('')).toContain('[redacted]');
  });

  it.each<[string, unknown]>([
    ['a parser', () => JSON.parse(`{"${MARK}`) as unknown],
    [
      'the database',
      Object.assign(new Error(`invalid date: ${MARK}`), {
        code: '22007',
        detail: MARK,
        query: MARK,
        parameters: [MARK],
      }),
    ],
    ['somebody unknown', new Error(`first\n    at ${MARK} (second)`)],
    ['a cause', new AppError('x-failed', 'Try again.', { cause: new Error(MARK) })],
  ])('does not repeat what the error of %s quotes', (_, source) => {
    let error = source;
    if (typeof source === 'function') {
      try {
        (source as () => unknown)();
      } catch (thrown) {
        error = thrown;
      }
    }
    logger.error(error);
    logger.error({ err: error });
    logger.error({ err: error }, 'text');
    nest.error(error);
    nest.error({ err: error, msg: 'text' }, 'Context');
    expect(lines).toHaveLength(5);
    expect(lines.join('')).not.toContain(MARK);
    for (const line of lines) expect(line.match(/"msg":/g)).toHaveLength(1);
  });

  it('keeps what helps: code, type, frames, and messages that are ours', () => {
    logger.error(new AppError('broker-unreachable', 'Start the broker.'));
    expect(only()).toMatchObject({
      msg: 'Start the broker.',
      err: {
        type: 'AppError',
        code: 'broker-unreachable',
        stack: expect.stringContaining('logger.spec') as string,
      },
    });
  });

  it('says why a database refuses: state and message, when they name no values', () => {
    logger.error({ err: Object.assign(new Error('permission denied for table record'), { code: '42501' }) });
    expect(only()).toMatchObject({ err: { code: '42501', message: 'permission denied for table record' } });
  });

  it('takes Nest’s messages with their context', () => {
    nest.log('started', 'NestApplication');
    expect(only()).toMatchObject({ level: 'info', context: 'NestApplication', msg: 'started' });
  });
});
