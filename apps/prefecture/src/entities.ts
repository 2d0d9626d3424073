import { RECEIVED_SUPPORT_ENTITIES, ReceivedNotice } from '@liaison/casework';
import { ExtractRow } from './agdref/extract.entity';
import { OpinionRequestRow } from './opinion-request/opinion-request.entity';
import { PermitRow } from './permit/permit.entity';
import {
  ReceiptCounter,
  ReflectionBreachRow,
  ReflectionPeriodRow,
} from './reflection-period/reflection-period.entity';
import { ReleasedYear } from './statistics/statistics.entity';

/** The tables of this service. */
export const ENTITIES = [
  ReceivedNotice,
  ...RECEIVED_SUPPORT_ENTITIES,
  ReflectionPeriodRow,
  ReflectionBreachRow,
  ReceiptCounter,
  PermitRow,
  ReleasedYear,
  ExtractRow,
  OpinionRequestRow,
];
