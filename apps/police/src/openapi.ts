import { printOpenApi } from '@liaison/casework';
import { POLICE } from './service';

void printOpenApi(POLICE);
