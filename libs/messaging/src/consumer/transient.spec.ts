import { AppError } from '@liaison/kernel';
import { isTransient } from './transient';

const withCode = (code: string) => Object.assign(new Error('failed'), { code });

describe('isTransient', () => {
  it.each([
    ['a lost connection', withCode('08006')],
    ['a deadlock', withCode('40P01')],
    ['a server that shuts down', withCode('57P01')],
    ['a full disk', withCode('53100')],
    ['a lock that was not available', withCode('55P03')],
    ['a refused connection', withCode('ECONNREFUSED')],
    [
      'the same inside a wrapper of the driver',
      Object.assign(new Error('query'), { driverError: withCode('57P03') }),
    ],
    ['a pool that gave up waiting', new Error('timeout exceeded when trying to connect')],
    ['a connection that ended in the middle', new Error('Connection terminated unexpectedly')],
    ['an error that says so itself', new AppError('later', 'Later.', { retriable: true })],
  ])('waits for %s', (_, error) => {
    expect(isTransient(error)).toBe(true);
  });

  it.each([
    ['a number out of range', withCode('22003')],
    ['a broken constraint', withCode('23505')],
    ['a mistake in the program', new TypeError('x is not a function')],
    ['a refusal', new AppError('over-sharing', 'Too much.')],
    ['nothing that is an error', 'no'],
  ])('parks after %s', (_, error) => {
    expect(isTransient(error)).toBe(false);
  });
});
