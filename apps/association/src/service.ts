import {
  type AgencyServiceOptions,
  AnswerRevokedFields1790000042990,
  CASEWORK_MIGRATIONS,
  DeskConfig,
  FLIGHT_MIGRATIONS,
  Operation1790000043500,
  OrientationAsked1790000046000,
  PartnerAnswer1790000042500,
  RECEIVED_NOTICE_MIGRATIONS,
  REFERRAL_MIGRATIONS,
  SupportReported1790000053000,
} from '@liaison/casework';
import { AppModule } from './app.module';
import { AdultShelter1790000057000 } from './migrations/1790000057000-adult-shelter';
import { Orientation1790000046100 } from './migrations/1790000046100-orientation';
import { Place1790000043000 } from './migrations/1790000043000-place';
import { PlacementOffer1790000043020 } from './migrations/1790000043020-placement-offer';
import { MostFree1790000062100 } from './migrations/1790000062100-most-free';
import { OfferAdmitted1790000062200 } from './migrations/1790000062200-offer-admitted';
import { ProposalPurpose1790000057100 } from './migrations/1790000057100-proposal-purpose';

/** What starts, describes and tests this service. */
export const ASSOCIATION = {
  service: 'association',
  module: AppModule,
  kinds: ['association'],
  config: DeskConfig,
  migrations: [
    ...CASEWORK_MIGRATIONS,
    ...REFERRAL_MIGRATIONS,
    ...RECEIVED_NOTICE_MIGRATIONS,
    PartnerAnswer1790000042500,
    AnswerRevokedFields1790000042990,
    Place1790000043000,
    PlacementOffer1790000043020,
    Operation1790000043500,
    ...FLIGHT_MIGRATIONS,
    OrientationAsked1790000046000,
    Orientation1790000046100,
    SupportReported1790000053000,
    AdultShelter1790000057000,
    ProposalPurpose1790000057100,
    MostFree1790000062100,
    OfferAdmitted1790000062200,
  ],
  openApi: {
    title: 'Association',
    version: '1',
    description:
      'Referrals of children in danger: make them, follow them until child protection has taken note. ' +
      'Notices of investigating services about adults who agreed: read them, take note of them. ' +
      'Places: declare them, change them, close them; accept or decline the children that they are asked for. ' +
      'Flights: report that a child is gone, learn of it, say that it is found. ' +
      'Orientation of adults who consent (Ac.Sé): ask the coordination; at the coordination, evaluate, propose, follow up, count; ' +
      'at a shelter, declare places for adults, accept or decline whom they are proposed for, learn who comes. ' +
      'Support: tell the préfecture that an adult who agreed to it is supported and lodged, never where. ' +
      'The desk of what is due, search, timelines, who has which case, notes that never leave.',
  },
} satisfies AgencyServiceOptions;
