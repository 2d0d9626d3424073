import type { CodeList } from '@liaison/contracts';
import { nameOfCode } from '../reference/code-lists';

/** Members that hold codes of a list that somebody else keeps (INSEE, ISO). */
const LISTS: Readonly<Record<string, CodeList>> = {
  birthCommune: 'communes',
  birthCountry: 'countries',
  communeCode: 'communes',
  country: 'countries',
  departement: 'departements',
  language: 'languages',
  languages: 'languages',
  nationalities: 'nationalities',
  nationality: 'nationalities',
  transitCountries: 'countries',
};

type Words = Readonly<Record<string, string>>;

/** ISO 3166-2: what a convention generalises a département to. */
const REGIONS: Words = {
  'FR-ARA': 'Auvergne-Rhône-Alpes',
  'FR-BFC': 'Bourgogne-Franche-Comté',
  'FR-BRE': 'Bretagne',
  'FR-CVL': 'Centre-Val de Loire',
  'FR-20R': 'Corse',
  'FR-GES': 'Grand Est',
  'FR-HDF': 'Hauts-de-France',
  'FR-IDF': 'Île-de-France',
  'FR-NOR': 'Normandie',
  'FR-NAQ': 'Nouvelle-Aquitaine',
  'FR-OCC': 'Occitanie',
  'FR-PDL': 'Pays de la Loire',
  'FR-PAC': 'Provence-Alpes-Côte d’Azur',
  'FR-971': 'Guadeloupe',
  'FR-972': 'Martinique',
  'FR-973': 'Guyane',
  'FR-974': 'La Réunion',
  'FR-976': 'Mayotte',
};

const FORMS: Words = {
  procuring: 'proxénétisme',
  slavery: 'esclavage',
  servitude: 'servitude',
  'forced-labour': 'travail ou services forcés',
  'organ-removal': 'prélèvement d’organes',
  'forced-begging': 'mendicité forcée',
  'forced-criminality': 'contrainte à commettre des infractions',
};

/** What documents are called, whoever has them. */
const KINDS: Words = {
  passport: 'passeport',
  'identity-card': 'carte d’identité',
  'residence-permit': 'titre de séjour',
  visa: 'visa',
  'birth-certificate': 'acte de naissance',
  'asylum-certificate': 'attestation de demande d’asile',
  other: 'autre',
  // Attachments
  identityDocument: 'document d’identité',
  complaintReceipt: 'récépissé de plainte',
  photograph: 'photographie',
  statement: 'déposition',
  medicalCertificate: 'certificat médical',
  // Steps
  complaint: 'plainte',
  testimony: 'témoignage',
  'criminal-procedure': 'procédure pénale',
  'asylum-claim': 'demande d’asile',
  'association-support': 'accompagnement par une association',
  lodging: 'hébergement',
  reintegration: 'réinsertion',
  'child-protection': 'protection de l’enfance',
  compensation: 'indemnisation',
  'assisted-return': 'aide au retour',
  // Permits
  temporary: 'carte de séjour temporaire',
  provisional: 'autorisation provisoire de séjour',
  resident: 'carte de résident',
};

/** Of everything that has one: what one kind of record calls a state, no other calls something else. */
const STATES: Words = {
  // Identity documents
  none: 'aucun',
  'held-by-network': 'détenu par le réseau',
  falsified: 'falsifié',
  genuine: 'authentique',
  lost: 'perdu',
  unchecked: 'non contrôlé',
  // Notices
  new: 'nouveau',
  draft: 'brouillon',
  discarded: 'abandonné',
  issued: 'émis',
  recalled: 'rappelé',
  withdrawn: 'retiré',
  // Permits
  lodged: 'déposé',
  granted: 'accordé',
  appealed: 'en recours',
  'refusal-upheld': 'refus confirmé',
  abandoned: 'abandonné par le demandeur',
  // Opinions
  open: 'ouvert',
  asked: 'demandé',
  answered: 'répondu',
  'taken-back': 'repris',
  // Deliveries
  pending: 'en attente',
  refused: 'refusé',
  cancelled: 'annulé',
  frozen: 'prêt à l’envoi',
  revoked: 'révoqué',
  sent: 'envoyé',
  delivered: 'reçu par le destinataire',
  read: 'lu',
  acknowledged: 'accusé de réception',
  parked: 'en attente d’un opérateur',
  // Placement
  offered: 'place demandée',
  placed: 'placé',
  held: 'réservé',
  accepted: 'accepté',
  declined: 'refusé',
  // Competence
  claimed: 'revendiqué',
  'in-conflict': 'en conflit',
  decided: 'décidé',
  'handed-over': 'dossier transmis',
  'taken-over': 'pris en charge',
  'of-age': 'majeur',
  // Orders of judges
  obeyed: 'exécuté',
  'not-executed': 'impossible à exécuter',
  lifted: 'levé',
  // Flights
  noticed: 'absence constatée',
  reported: 'signalé',
  overdue: 'non signalée à temps',
  gone: 'en fugue',
  found: 'retrouvé',
  back: 'revenu',
  adult: 'majeur',
  // Support and lodging
  ongoing: 'en cours',
  ended: 'terminé',
  // Attachments
  complete: 'complet',
  receiving: 'en cours de réception',
  damaged: 'endommagé',
  withheld: 'non montré',
  voided: 'repris par son expéditeur',
};

const REASONS: Words = {
  // Amendments
  correction: 'correction',
  completion: 'complément',
  'identity-established': 'identité établie',
  'situation-changed': 'changement de situation',
  moved: 'la personne a changé de département',
  amended: 'nouvelle version',
  // Withdrawals and recalls
  'not-a-victim': 'n’est pas victime',
  'wrong-person': 'erreur sur la personne',
  duplicate: 'double',
  'facts-not-established': 'faits non établis',
  'wrong-recipient': 'erreur de destinataire',
  'issued-too-early': 'émis trop tôt',
  // Opinions
  'person-unknown': 'personne inconnue',
  'not-our-procedure': 'procédure d’un autre service',
  'enquiry-secrecy': 'secret de l’enquête',
  'no-elements': 'aucun élément',
  'no-longer-needed': 'n’est plus nécessaire',
  'application-ended': 'demande close',
  'asked-by-mistake': 'demandé par erreur',
  'wrong-unit': 'erreur d’unité',
  // Breaches
  'entered-by-mistake': 'saisi par erreur',
  'measure-never-taken': 'mesure jamais prise',
  // Reflection periods and permits
  'link-renewed': 'lien renoué avec l’auteur',
  'public-order': 'ordre public',
  'person-asked': 'à la demande de la personne',
  'conditions-not-met': 'conditions non remplies',
  'links-not-broken': 'liens non rompus',
  'file-incomplete': 'dossier incomplet',
  'untrue-complaint': 'plainte mensongère',
  other: 'autre',
};

const AUTHORITIES: Words = {
  'juge-des-enfants': 'juge des enfants',
  procureur: 'procureur de la République',
};

const STANDINGS: Words = {
  current: 'en vigueur',
  superseded: 'remplacée',
  withdrawn: 'retirée',
  recalled: 'rappelée',
};

/** Codes of this project, by the member that holds them. */
const CODES: Readonly<Record<string, Words>> = {
  action: { 'ask-sender-to-send-again': 'demander à l’expéditeur de l’ajouter à nouveau' },
  duty: {
    search: 'recherche',
    'child-protection': 'protection de l’enfance',
    following: 'suivi',
    prosecutor: 'parquet',
  },
  endReason: REASONS,
  estimatedAgeBasis: {
    statement: 'déclaration',
    appearance: 'apparence',
    document: 'document',
    'social-assessment': 'évaluation sociale',
    'medical-examination': 'examen médical',
    other: 'autre',
  },
  form: FORMS,
  forms: FORMS,
  ground: {
    cooperation: 'plainte ou témoignage',
    exceptional: 'admission exceptionnelle',
    'exit-path': 'parcours de sortie de la prostitution',
    'final-conviction': 'condamnation définitive',
    // Emergencies
    'danger-to-life': 'danger pour la vie',
    'danger-to-others': 'danger pour autrui',
    'child-in-danger': 'enfant en danger',
  },
  inNameOf: { real: 'identité établie', declared: 'identité déclarée', other: 'autre' },
  lodging: {
    'registered-carer': 'assistant familial agréé',
    'authorised-establishment': 'établissement autorisé',
    'declared-structure': 'structure déclarée',
    hotel: 'hôtel',
  },
  liftedBy: AUTHORITIES,
  orderedBy: AUTHORITIES,
  obstacle: {
    'child-gone': 'enfant en fugue',
    'child-not-known': 'enfant inconnu du service',
    'no-such-place': 'aucun lieu de cette nature',
    'no-free-place': 'aucune place libre',
    'not-competent': 'service non compétent',
    'order-over': 'décision échue',
    other: 'autre',
  },
  level: { departmental: 'départemental', interdepartmental: 'interdépartemental', national: 'national' },
  initiative: { own: 'd’office', solicited: 'sur demande d’avis' },
  kind: KINDS,
  measure: {
    'removal-ordered': 'mesure d’éloignement prise',
    'removal-executed': 'mesure d’éloignement exécutée',
    detention: 'rétention',
    'house-arrest': 'assignation à résidence',
  },
  noticeStanding: STANDINGS,
  noticeStandingReason: REASONS,
  outcome: {
    notice: 'notice',
    refused: 'refus',
    'refusal-upheld': 'refus confirmé',
    'refusal-annulled': 'refus annulé',
    'final-conviction': 'condamnation définitive',
    acquittal: 'relaxe ou acquittement',
    discontinued: 'abandon des poursuites',
    // Flights
    found: 'retrouvé',
    back: 'revenu',
    adult: 'majeur',
    voided: 'pas de fugue',
  },
  reason: REASONS,
  risks: {
    'network-in-contact': 'en contact avec le réseau',
    'network-nearby': 'réseau à proximité',
    threats: 'menaces',
    debt: 'dette',
    'sold-for-sex': 'prostitution',
    'forced-to-beg': 'mendicité forcée',
    'forced-to-steal': 'vols sous contrainte',
    suicide: 'suicide',
    illness: 'maladie',
    pregnancy: 'grossesse',
    drugs: 'stupéfiants',
    'earlier-flights': 'fugues antérieures',
    other: 'autre',
  },
  sectors: {
    domestic: 'emploi domestique',
    building: 'bâtiment',
    agriculture: 'agriculture',
    catering: 'restauration',
    textile: 'textile',
    cleaning: 'nettoyage',
    'street-trade': 'vente de rue',
    other: 'autre',
  },
  sex: { female: 'féminin', male: 'masculin', undetermined: 'indéterminé' },
  standing: STANDINGS,
  standingReason: REASONS,
  state: STATES,
  status: {
    undertaken: 'entreprise',
    considered: 'envisagée',
    running: 'en cours',
    elapsed: 'écoulé',
    'ended-early': 'fin anticipée',
  },
  subject: { 'permit-application': 'demande de titre', notice: 'notice' },
  verifiedParts: {
    'family-name': 'nom',
    'given-names': 'prénoms',
    sex: 'sexe',
    'birth-date': 'date de naissance',
    'birth-place': 'lieu de naissance',
    nationalities: 'nationalités',
  },
  verifiedThrough: {
    'identity-document': 'document d’identité',
    consulate: 'consulat',
    'police-cooperation': 'coopération policière',
    fingerprints: 'empreintes digitales',
    'civil-registry': 'état civil',
    family: 'famille',
    other: 'autre',
  },
  voidReason: REASONS,
  warning: {
    'renewal-open': 'renouvellement possible',
    'renewal-due': 'renouvellement à demander',
    expired: 'expiré',
  },
  withdrawalReason: REASONS,
};

/** What a code means in French, by the member that holds it; nothing where it is no code, or one that is in no list. */
export function wordsOfCode(member: string, code: string): string | undefined {
  const list = LISTS[member];
  if (list) return nameOfCode(list, code) ?? (list === 'departements' ? REGIONS[code] : undefined);
  return CODES[member]?.[code];
}
