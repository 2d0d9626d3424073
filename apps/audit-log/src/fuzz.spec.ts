import { describeFuzz } from '@liaison/testing';
import { AUDIT_LOG } from './service';

describeFuzz({ service: AUDIT_LOG, agencyId: 'audit-log', unit: 'operations' });
