import { printOpenApi } from '@liaison/casework';
import { AUDIT_LOG } from './service';

void printOpenApi(AUDIT_LOG);
