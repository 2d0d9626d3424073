/** No settings of its own. */
export { ServiceConfig } from '@liaison/platform';
