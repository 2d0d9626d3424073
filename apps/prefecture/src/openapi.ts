import { printOpenApi } from '@liaison/casework';
import { PREFECTURE } from './service';

void printOpenApi(PREFECTURE);
