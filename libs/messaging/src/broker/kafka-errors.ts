import { AppError } from '@liaison/kernel';

/** What the failing call was about; becomes part of the message. */
export interface Subject {
  readonly topic?: string;
  readonly group?: string;
}

/** kafkajs reports a forbidden group only in its log (see `kafka-client.ts`); it is raised again as this. */
export class GroupForbidden extends Error {
  readonly type = 'GROUP_AUTHORIZATION_FAILED';
}

/** The error of the protocol, or of kafkajs itself: non-retriable wrappers hide it in `cause`. */
export function kafkaErrorType(error: unknown): string {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('type' in current && typeof current.type === 'string') return current.type;
    if (current.name === 'KafkaJSSASLAuthenticationError') return current.name;
    if ('errors' in current && Array.isArray(current.errors)) return kafkaErrorType(current.errors[0]);
  }
  return error instanceof Error ? error.name : typeof error;
}

/** Maps a failure of kafkajs to the codes of the port. What is not known to be permanent is transient. */
export function toAppError(error: unknown, subject: Subject = {}): AppError {
  if (error instanceof AppError) return error;
  const topic = subject.topic ?? 'a topic of the subscription';
  const type = kafkaErrorType(error);
  switch (type) {
    case 'TOPIC_AUTHORIZATION_FAILED':
      return new AppError(
        'topic-forbidden',
        `Not allowed on ${topic}: apply the access rules of this service.`,
        {
          cause: error,
        },
      );
    case 'UNKNOWN_TOPIC_OR_PARTITION':
    case 'INVALID_TOPIC_EXCEPTION':
      return new AppError('topic-unknown', `Kafka has no ${topic}: create the topics first.`, {
        cause: error,
      });
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
      return new AppError(
        'message-too-large',
        `A message for ${topic} exceeds the topic's max.message.bytes: send less, or raise the limit.`,
        { cause: error },
      );
    case 'GROUP_AUTHORIZATION_FAILED':
      return new AppError(
        'group-forbidden',
        `Not allowed to read as group ${subject.group}: apply the access rules of this service.`,
        { cause: error },
      );
    case 'CLUSTER_AUTHORIZATION_FAILED':
    case 'KafkaJSSASLAuthenticationError':
    case 'SASL_AUTHENTICATION_FAILED':
      return new AppError(
        'broker-not-authorised',
        'Kafka refused the user: check its name, its password and its rights.',
        { cause: error },
      );
    default:
      return new AppError('broker-unavailable', `Kafka is not available (${type}): trying again may help.`, {
        retriable: true,
        cause: error,
      });
  }
}
