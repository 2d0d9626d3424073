import { printOpenApi } from '@liaison/casework';
import { PARTNER } from './service';

void printOpenApi(PARTNER);
