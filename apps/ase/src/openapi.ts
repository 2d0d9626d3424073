import { printOpenApi } from '@liaison/casework';
import { ASE } from './service';

void printOpenApi(ASE);
