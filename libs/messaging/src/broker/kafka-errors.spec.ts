import { AppError } from '@liaison/kernel';
import { GroupForbidden, toAppError } from './kafka-errors';

/** As kafkajs wraps: `retriable: false` on the outside, the code of the protocol in the cause. */
function wrapped(type: string): Error {
  const cause = Object.assign(new Error('inner'), { name: 'KafkaJSProtocolError', type });
  return Object.assign(new Error('outer', { cause }), { name: 'KafkaJSNonRetriableError', retriable: false });
}

test.each([
  ['TOPIC_AUTHORIZATION_FAILED', 'topic-forbidden', false],
  ['UNKNOWN_TOPIC_OR_PARTITION', 'topic-unknown', false],
  ['MESSAGE_TOO_LARGE', 'message-too-large', false],
  ['RECORD_LIST_TOO_LARGE', 'message-too-large', false],
  ['GROUP_AUTHORIZATION_FAILED', 'group-forbidden', false],
  ['CLUSTER_AUTHORIZATION_FAILED', 'broker-not-authorised', false],
  ['NOT_ENOUGH_REPLICAS', 'broker-unavailable', true],
  ['LEADER_NOT_AVAILABLE', 'broker-unavailable', true],
])('%s, bare or wrapped, is %s', (type, code, retriable) => {
  for (const error of [wrapped(type), Object.assign(new Error('bare'), { type })]) {
    const failure = toAppError(error, { topic: 'liaison.audit', group: 'liaison.audit-log' });
    expect([failure.code, failure.retriable]).toEqual([code, retriable]);
    expect(failure.cause).toBe(error);
  }
});

test('an outage is transient although kafkajs marks its wrapper as not retriable', () => {
  const cause = Object.assign(new Error('connect ECONNREFUSED'), { name: 'KafkaJSConnectionError' });
  const error = Object.assign(new Error('outer', { cause }), { retriable: false });
  expect(toAppError(error).retriable).toBe(true);
});

test('of several errors the first counts; an AppError stays what it is', () => {
  const errors = [Object.assign(new Error('first'), { type: 'TOPIC_AUTHORIZATION_FAILED' })];
  expect(toAppError(Object.assign(new Error('all'), { errors })).code).toBe('topic-forbidden');
  const own = new AppError('handler-stuck', 'No sign.');
  expect(toAppError(own)).toBe(own);
  expect(toAppError(new GroupForbidden('no')).code).toBe('group-forbidden');
});
