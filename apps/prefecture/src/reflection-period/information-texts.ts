export const LANGUAGES = ['fr', 'en', 'es', 'ro', 'bg', 'zh', 'pt', 'ar'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface InformationText {
  /** In its own language. */
  readonly name: string;
  readonly direction: 'ltr' | 'rtl';
  readonly title: string;
  /** `{from}`, `{until}` and `{prefecture}` stand for what the receipt says. */
  readonly paragraphs: readonly string[];
}

/**
 * What the person is told, in a language that they understand (CESEDA R425-1): the right to stay, the time to decide,
 * protection, help. One paragraph a subject, the same in every language. The translations have not been reviewed by a
 * sworn translator.
 */
export const INFORMATION: Readonly<Record<Language, InformationText>> = {
  fr: {
    name: 'français',
    direction: 'ltr',
    title: 'Vos droits pendant le délai de réflexion',
    paragraphs: [
      'Vous avez le droit de rester en France du {from} au {until}. Gardez toujours votre récépissé sur vous.',
      'Pendant ce temps, personne ne peut vous obliger à quitter la France. Vous avez le droit de travailler.',
      'Ce temps est à vous, pour vous reposer, vous éloigner des personnes qui vous ont fait du mal et décider librement si vous voulez porter plainte ou témoigner.',
      'Si vous portez plainte ou témoignez, vous pouvez demander une carte de séjour. Si vous avez peur de le faire, dites-le : d’autres solutions existent.',
      'Vous pouvez être hébergé, soigné et accompagné par une association, et protégé si vous êtes en danger. Vous pouvez avoir un avocat, gratuitement si vos moyens sont faibles.',
      'Ce que vous dites est confidentiel. Vous pouvez demander un interprète.',
      'Si quelqu’un veut vous éloigner de France, montrez votre récépissé et prévenez aussitôt : {prefecture}.',
    ],
  },
  en: {
    name: 'English',
    direction: 'ltr',
    title: 'Your rights during the reflection period',
    paragraphs: [
      'You have the right to stay in France from {from} to {until}. Always carry your receipt with you.',
      'During this time nobody may make you leave France. You are allowed to work.',
      'This time is yours: to rest, to get away from the people who harmed you, and to decide freely whether you want to file a complaint or testify.',
      'If you file a complaint or testify, you can ask for a residence permit. If you are afraid to do so, say it: there are other solutions.',
      'You can have a place to stay, medical care and the support of an association, and protection if you are in danger. You can have a lawyer, free of charge if you have little money.',
      'What you say is confidential. You can ask for an interpreter.',
      'If anybody wants to remove you from France, show your receipt and tell at once: {prefecture}.',
    ],
  },
  es: {
    name: 'español',
    direction: 'ltr',
    title: 'Sus derechos durante el período de reflexión',
    paragraphs: [
      'Usted tiene derecho a permanecer en Francia del {from} al {until}. Lleve siempre consigo su resguardo.',
      'Durante ese tiempo nadie puede obligarle a salir de Francia. Tiene derecho a trabajar.',
      'Ese tiempo es suyo: para descansar, alejarse de las personas que le han hecho daño y decidir libremente si quiere denunciar o declarar como testigo.',
      'Si denuncia o declara, puede solicitar un permiso de residencia. Si tiene miedo de hacerlo, dígalo: existen otras soluciones.',
      'Puede recibir alojamiento, atención médica y el acompañamiento de una asociación, y protección si está en peligro. Puede tener un abogado, gratuito si dispone de pocos recursos.',
      'Lo que usted diga es confidencial. Puede pedir un intérprete.',
      'Si alguien quiere expulsarle de Francia, muestre su resguardo y avise de inmediato a: {prefecture}.',
    ],
  },
  ro: {
    name: 'română',
    direction: 'ltr',
    title: 'Drepturile dumneavoastră în perioada de reflecție',
    paragraphs: [
      'Aveți dreptul să rămâneți în Franța de la {from} până la {until}. Păstrați întotdeauna dovada asupra dumneavoastră.',
      'În acest timp nimeni nu vă poate obliga să părăsiți Franța. Aveți dreptul să munciți.',
      'Acest timp este al dumneavoastră: ca să vă odihniți, să vă îndepărtați de persoanele care v-au făcut rău și să hotărâți liber dacă doriți să depuneți plângere sau mărturie.',
      'Dacă depuneți plângere sau mărturie, puteți cere un permis de ședere. Dacă vă este frică să o faceți, spuneți: există și alte soluții.',
      'Puteți primi cazare, îngrijiri medicale și sprijinul unei asociații, precum și protecție dacă sunteți în pericol. Puteți avea un avocat, gratuit dacă aveți puține mijloace.',
      'Ceea ce spuneți este confidențial. Puteți cere un interpret.',
      'Dacă cineva vrea să vă îndepărteze din Franța, arătați dovada și anunțați imediat: {prefecture}.',
    ],
  },
  bg: {
    name: 'български',
    direction: 'ltr',
    title: 'Вашите права през срока за размисъл',
    paragraphs: [
      'Имате право да останете във Франция от {from} до {until}. Винаги носете удостоверението със себе си.',
      'През това време никой не може да Ви принуди да напуснете Франция. Имате право да работите.',
      'Това време е Ваше: да си починете, да се отдалечите от хората, които са Ви причинили зло, и свободно да решите дали искате да подадете жалба или да свидетелствате.',
      'Ако подадете жалба или свидетелствате, можете да поискате разрешение за пребиваване. Ако се страхувате, кажете го: има и други решения.',
      'Можете да получите подслон, медицински грижи и подкрепа от сдружение, както и закрила, ако сте в опасност. Можете да имате адвокат, безплатно, ако средствата Ви са малко.',
      'Казаното от Вас е поверително. Можете да поискате преводач.',
      'Ако някой иска да Ви отведе от Франция, покажете удостоверението и веднага съобщете на: {prefecture}.',
    ],
  },
  zh: {
    name: '中文',
    direction: 'ltr',
    title: '您在考虑期内的权利',
    paragraphs: [
      '您有权自{from}起至{until}止在法国居留。请始终随身携带您的回执。',
      '在此期间，任何人不得强迫您离开法国。您有权工作。',
      '这段时间属于您：您可以休息，远离伤害过您的人，并自由决定是否报案或作证。',
      '如果您报案或作证，您可以申请居留证。如果您害怕这样做，请说出来：还有其他办法。',
      '您可以得到住宿、医疗和协会的帮助；如有危险，可以得到保护。您可以有律师，如果您经济困难，律师免费。',
      '您所说的一切都会保密。您可以要求翻译。',
      '如果有人要将您遣离法国，请出示您的回执，并立即通知：{prefecture}。',
    ],
  },
  pt: {
    name: 'português',
    direction: 'ltr',
    title: 'Os seus direitos durante o período de reflexão',
    paragraphs: [
      'Tem o direito de permanecer em França de {from} a {until}. Traga sempre consigo o seu recibo.',
      'Durante este tempo ninguém o pode obrigar a sair de França. Tem o direito de trabalhar.',
      'Este tempo é seu: para descansar, afastar-se das pessoas que lhe fizeram mal e decidir livremente se quer apresentar queixa ou testemunhar.',
      'Se apresentar queixa ou testemunhar, pode pedir uma autorização de residência. Se tem medo de o fazer, diga-o: há outras soluções.',
      'Pode receber alojamento, cuidados médicos e o apoio de uma associação, e proteção se estiver em perigo. Pode ter um advogado, gratuito se tiver poucos meios.',
      'O que disser é confidencial. Pode pedir um intérprete.',
      'Se alguém o quiser afastar de França, mostre o seu recibo e avise de imediato: {prefecture}.',
    ],
  },
  ar: {
    name: 'العربية',
    direction: 'rtl',
    title: 'حقوقك خلال مهلة التفكير',
    paragraphs: [
      'يحق لك البقاء في فرنسا من {from} إلى {until}. احمل وصلك معك دائماً.',
      'خلال هذه المدة لا يجوز لأحد أن يجبرك على مغادرة فرنسا. ويحق لك العمل.',
      'هذه المدة لك: لترتاح وتبتعد عن الأشخاص الذين آذوك، ولتقرر بحرية ما إذا كنت تريد تقديم شكوى أو الإدلاء بشهادة.',
      'إذا قدمت شكوى أو أدليت بشهادة فيمكنك طلب بطاقة إقامة. وإذا كنت تخاف من ذلك فقل ذلك: هناك حلول أخرى.',
      'يمكنك الحصول على مأوى ورعاية طبية ومرافقة من جمعية، وعلى الحماية إذا كنت في خطر. ويمكنك أن يكون لك محامٍ، مجاناً إذا كانت مواردك قليلة.',
      'ما تقوله سري. ويمكنك طلب مترجم.',
      'إذا أراد أحد إبعادك عن فرنسا، فأظهر وصلك وأبلغ فوراً: {prefecture}.',
    ],
  },
};
