export { DeskConfig } from '@liaison/casework';
