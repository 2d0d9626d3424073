export { PartnerConfig } from '@liaison/casework';
