/** What the matrix calls things, in French and in English. A name that is not here stands as it is in the conventions. */
export interface Words {
  readonly fr: string;
  readonly en: string;
}

const NAMES: Readonly<Record<string, readonly [fr: string, en: string]>> = {
  police: ["service d'enquête", 'investigating service'],
  prefecture: ['préfecture', 'préfecture'],
  ase: ["aide sociale à l'enfance", 'child protection'],
  association: ['association', 'association'],
  coordination: ['coordination nationale', 'national coordination'],
  justice: ['autorité judiciaire', 'judicial authority'],
  release: ['communiqué', 'released'],
  mask: ['masqué (présent, non montré)', 'masked (present, not shown)'],
  withhold: ['non communiqué', 'withheld'],
  'generalise year': ["réduit à l'année", 'reduced to the year'],
  'generalise month': ['réduit au mois', 'reduced to the month'],
  'generalise day': ['réduit au jour', 'reduced to the day'],
  'generalise age-band': ["réduit à une tranche d'âge", 'reduced to an age band'],
  'generalise departement': ['réduit au département', 'reduced to the département'],
  'generalise region': ['réduit à la région', 'reduced to the region'],
  'generalise nothing': ['vidé de son contenu', 'emptied of its content'],
  competent: ['compétent pour le département', 'competent for the département'],
  'takes-in-charge': ['prend la personne en charge', 'takes the person in charge'],
  'named-contact': ['point de contact désigné', 'named contact point'],
  author: ['auteur du dossier', 'author of the case'],
  'asked-for-opinion': ['saisi pour avis', 'asked for an opinion'],
  'claimed-competent': ['dit compétent', 'said to be competent'],
  'named-in-address-measure': [
    "nommé dans la mesure de protection de l'adresse",
    'named in the address measure',
  ],
  'named-in-identity-measure': [
    "nommé dans la mesure de protection de l'identité",
    'named in the identity measure',
  ],
  'same-agency': ['le même service', 'the same agency'],
  age: ['âge', 'age'],
  minor: ['mineur', 'minor'],
  adult: ['majeur', 'adult'],
  consent: ['consentement', 'consent'],
  given: ['donné', 'given'],
  refused: ['refusé', 'refused'],
  withdrawn: ['retiré', 'withdrawn'],
  'not-asked': ['non demandé', 'not asked'],
  protectedAddress: ['adresse protégée', 'protected address'],
  protectedIdentity: ["identité d'emprunt", 'borrowed identity'],
  danger: ['danger', 'danger'],
  incapacity: ['incapacité de se protéger', 'unable to protect themself'],
  procedureOpen: ['procédure ouverte', 'procedure open'],
  relativeInvolved: ['proche impliqué', 'relative involved'],
  judgeOrder: ["décision d'un magistrat", 'order of a judge'],
  vitalInterest: ['intérêt vital', 'vital interest'],
  true: ['oui', 'yes'],
  false: ['non (établi)', 'no (established)'],
  caseworker: ['agent traitant', 'caseworker'],
  supervisor: ['responsable', 'supervisor'],
  officer: ['officier de police judiciaire', 'judicial police officer'],
  desk: ['guichet', 'desk'],
  dpo: ['délégué à la protection des données', 'data-protection officer'],
  operator: ['exploitant', 'operator'],
};

export function wordsFor(name: string): Words {
  const found = Object.hasOwn(NAMES, name) ? NAMES[name] : undefined;
  return found ? { fr: found[0], en: found[1] } : { fr: name, en: name };
}
