import { Messaging1790000000000 } from './1790000000000-messaging';
import { WholeRows1790000001500 } from './1790000001500-whole-rows';
import { DeadLetters1790000003000 } from './1790000003000-dead-letters';
import { Replacements1790000003100 } from './1790000003100-replacements';
import { Recovery1790000004000 } from './1790000004000-recovery';
import { Books1790000004100 } from './1790000004100-books';
import { Breaker1790000005100 } from './1790000005100-breaker';
import { Retention1790000005300 } from './1790000005300-retention';
import { ReadAndDue1790000005400 } from './1790000005400-read-and-due';
import { ReplacedDeliveries1790000005200 } from './1790000005200-replaced-deliveries';
import { Traces1790000006000 } from './1790000006000-traces';
import { AuditBatches1790000006100 } from './1790000006100-audit-batches';
import { AfterALoss1790000025000 } from './1790000025000-after-a-loss';
import { ShareGround1790000033000 } from './1790000033000-share-ground';
import { ShareGroundDue1790000066000 } from './1790000066000-share-ground-due';
import { Origins1790000033010 } from './1790000033010-origins';
import { Conventions1790000035000 } from './1790000035000-conventions';
import { Damaged1790000041000 } from './1790000041000-damaged';

/** The schema `messaging`, in order. */
export const MESSAGING_MIGRATIONS = [
  Messaging1790000000000,
  WholeRows1790000001500,
  DeadLetters1790000003000,
  Replacements1790000003100,
  Recovery1790000004000,
  Books1790000004100,
  Breaker1790000005100,
  ReplacedDeliveries1790000005200,
  Retention1790000005300,
  ReadAndDue1790000005400,
  Traces1790000006000,
  AuditBatches1790000006100,
  AfterALoss1790000025000,
  ShareGround1790000033000,
  Origins1790000033010,
  Conventions1790000035000,
  Damaged1790000041000,
  ShareGroundDue1790000066000,
] as const;
