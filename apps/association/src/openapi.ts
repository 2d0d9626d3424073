import { printOpenApi } from '@liaison/casework';
import { ASSOCIATION } from './service';

void printOpenApi(ASSOCIATION);
