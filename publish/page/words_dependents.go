package page

import "tocsin/catalog"

// dependentWords are those of the pages about dependents.
func dependentWords() map[string]catalog.Text {
	return map[string]catalog.Text{
		"deps":          {EN: "Who depends on what", FR: "Qui dépend de quoi"},
		"deps-intro":    {EN: "Organisations and what their work rests on. How each stands is worked out from the outages under way: almost none is measured directly.", FR: "Des organismes et ce sur quoi repose leur travail. L’état de chacun se déduit des pannes en cours : presque aucun n’est mesuré directement."},
		"deps-blind":    {EN: "No observer speaks now. How these stand is not known.", FR: "Aucun observateur ne répond en ce moment. On ne sait pas où en sont ces activités."},
		"deps-all":      {EN: "All %d in this sector", FR: "Les %d de ce secteur"},
		"deps-all-page": {EN: "All dependents, on one page", FR: "Toutes les activités, sur une seule page"},
		"deps-none":     {EN: "This catalogue names no dependents.", FR: "Ce catalogue ne nomme aucune activité."},
		"deps-count":    {EN: "How they stand", FR: "Où elles en sont"},
		"dep-who":       {EN: "What", FR: "Activité"},
		"dep-now":       {EN: "Now", FR: "En ce moment"},
		"dep-rests":     {EN: "Rests on", FR: "Repose sur"},
		"dep-deep":      {EN: "In the end, on %s", FR: "En définitive, sur %s"},
		"dep-nothing":   {EN: "What it rests on is not known.", FR: "On ne sait pas sur quoi elle repose."},
		"and":           {EN: " and ", FR: " et "},
		"or":            {EN: " or ", FR: " ou "},
		"k-of":          {EN: "%d of these: %s", FR: "%d de ces éléments : %s"},
		"clear":         {EN: "no sign of trouble", FR: "aucun signe de panne"},
		"holding":       {EN: "still holding out", FR: "tient encore"},
		"possibly":      {EN: "possibly %s", FR: "peut-être %s"},
		"clear-text":    {EN: "No outage under way touches what it rests on, as far as we can see.", FR: "Aucune panne en cours ne touche ce sur quoi l’activité repose, pour autant que nous le voyions."},
		"blind-text":    {EN: "No observer speaks now, so nothing can be said.", FR: "Aucun observateur ne répond en ce moment : on ne peut rien dire."},
		"ground-text":   {EN: "No source says what it rests on, and no statement about it was heard in an outage under way.", FR: "Aucune source ne dit sur quoi l’activité repose, et aucune déclaration à son sujet n’a été entendue dans une panne en cours."},
		"root-text":     {EN: "It failed itself.", FR: "L’activité est elle-même en panne."},
		"holds-until":   {EN: "It holds out until about %s.", FR: "L’activité tient jusque vers %s."},
		"see-outage":    {EN: "The outage %s", FR: "La panne %s"},
		"notice":        {EN: "Printable notice", FR: "Avis à imprimer"},
	}
}

// needWords are those about what a dependent rests on, and what takes it down.
func needWords() map[string]catalog.Text {
	return map[string]catalog.Text{
		"needs":         {EN: "What it needs", FR: "Ce qu’il lui faut"},
		"needs-none":    {EN: "No source was found that says what it rests on.", FR: "Nous n’avons trouvé aucune source qui dise sur quoi l’activité repose."},
		"need-one":      {EN: "This is needed:", FR: "Cet élément est nécessaire :"},
		"need-all":      {EN: "All of these are needed:", FR: "Tous ces éléments sont nécessaires :"},
		"need-any":      {EN: "One of these is enough:", FR: "Un seul de ces éléments suffit :"},
		"need-k":        {EN: "At least %d of these %d are needed:", FR: "Il faut au moins %d de ces %d éléments :"},
		"else-down":     {EN: "Otherwise it stops.", FR: "Sinon, l’activité s’arrête."},
		"else-degraded": {EN: "Otherwise it works only in part.", FR: "Sinon, l’activité n’est assurée qu’en partie."},
		"holdover":      {EN: "It holds out for %s without.", FR: "L’activité tient %s sans cela."},
		"holdover-none": {EN: "At once: no reserve is known.", FR: "Aussitôt : on ne connaît aucune réserve."},
		"backup-full":   {EN: "In reserve: %s.", FR: "En réserve : %s."},
		"backup-part":   {EN: "In reserve, for a part: %s.", FR: "En réserve, pour une partie : %s."},
		"backup-for":    {EN: "That lasts %s.", FR: "Cela dure %s."},
		"in-reserve":    {EN: "in reserve", FR: "en réserve"},
		"looked-at":     {EN: "What counts is how things stand here: %s.", FR: "Ce qui compte, c’est l’état ici : %s."},
		"conf-confirmed": {
			EN: "confirmed by the organisation or a regulator",
			FR: "confirmé par l’organisme ou une autorité",
		},
		"conf-reported": {EN: "reported", FR: "rapporté"},
		"as-of":         {EN: "as of %s", FR: "en date du %s"},
		"graph":         {EN: "How it hangs together", FR: "Comment tout se tient"},
		"graph-read":    {EN: "Each box rests on those below it that a line leads to. A dashed line: one of several, not all are needed. The list below says the same.", FR: "Chaque case repose sur celles du dessous auxquelles un trait la relie. Trait pointillé : un élément parmi d’autres, tous ne sont pas nécessaires. La liste qui suit dit la même chose."},
		"graph-big":     {EN: "Too much to draw: the list says it.", FR: "Trop d’éléments pour un dessin : la liste suffit."},
		"graph-cut":     {EN: "and more, not listed here", FR: "et d’autres, qui ne figurent pas ici"},
		"told-above":    {EN: "(what it rests on: see above)", FR: "(ce sur quoi cela repose : voir plus haut)"},
		"alone":         {EN: "What it falls with", FR: "Ce qui suffit à l’arrêter"},
		"alone-these":   {EN: "Each of these takes it down by itself, wherever it exists and for good:", FR: "Chacun de ces éléments suffit à l’arrêter partout et pour de bon :"},
		"alone-none":    {EN: "No single failure takes it down wholly, as far as the catalogue knows.", FR: "Aucune panne d’un seul élément ne l’arrête entièrement, pour autant que le catalogue le sache."},
		"alone-later":   {EN: "Being worked out. Reload in a moment.", FR: "Calcul en cours. Actualisez dans un instant."},
		"pairwise":      {EN: "Pairs of which both must fail to take it down: %s.", FR: "Paires dont les deux doivent tomber pour l’arrêter : %s."},
		"rehearse-it":   {EN: "rehearse", FR: "simuler"},
		"rehearse-this": {EN: "Rehearse the failure of %s", FR: "Simuler la panne : %s"},
		"instead":       {EN: "What to do instead", FR: "Que faire à la place"},
		"instead-none":  {EN: "The catalogue knows no way round.", FR: "Le catalogue ne connaît pas d’autre moyen."},
		"stands":        {EN: "stands", FR: "tient"},
		"withdrawn":     {EN: "withdrawn", FR: "retiré"},
		"only-down":     {EN: "only when this is down: %s", FR: "seulement quand ceci est en panne : %s"},
		"only-up":       {EN: "only while this is not down: %s", FR: "seulement tant que ceci n’est pas en panne : %s"},
		"advice-needs":  {EN: "needs %s", FR: "suppose %s"},
		"hits":          {EN: "Outages that reached it", FR: "Pannes qui l’ont atteinte"},
		"hits-none":     {EN: "None on record.", FR: "Aucune au registre."},
		"worst":         {EN: "At worst", FR: "Au pire"},
		"regions-more":  {EN: " and %d more regions", FR: " et %d autres régions"},
		"note":          {EN: "Note", FR: "Remarque"},
		"plan":          {EN: "Look up and plan", FR: "Consulter et prévoir"},
	}
}

// sectorWords are the names of the sectors in their order on the page: who may
// save a life first.
func sectorWords() []named {
	return []named{
		{"911", catalog.Text{EN: "911 centres", FR: "Centres 911"}},
		{"psap", catalog.Text{EN: "Emergency call centres", FR: "Centres d’appels d’urgence"}},
		{"police", catalog.Text{EN: "Police", FR: "Police"}},
		{"fire", catalog.Text{EN: "Fire services", FR: "Services d’incendie"}},
		{"ambulance", catalog.Text{EN: "Ambulances", FR: "Ambulances"}},
		{"alerts", catalog.Text{EN: "Public alerts", FR: "Alertes au public"}},
		{"hospital", catalog.Text{EN: "Hospitals", FR: "Hôpitaux"}},
		{"government", catalog.Text{EN: "Governments", FR: "Administrations"}},
		{"justice", catalog.Text{EN: "Courts", FR: "Tribunaux"}},
		{"city", catalog.Text{EN: "Cities", FR: "Villes"}},
		{"school", catalog.Text{EN: "Schools", FR: "Écoles"}},
		{"payments", catalog.Text{EN: "Payments", FR: "Paiements"}},
		{"bank", catalog.Text{EN: "Banks", FR: "Banques"}},
		{"retail", catalog.Text{EN: "Shops", FR: "Commerces"}},
		{"transit", catalog.Text{EN: "Public transit", FR: "Transport en commun"}},
		{"travel", catalog.Text{EN: "Air and sea travel", FR: "Voyages par air et par mer"}},
		{"parking", catalog.Text{EN: "Parking", FR: "Stationnement"}},
		{"venue", catalog.Text{EN: "Venues", FR: "Salles et stades"}},
		{"media", catalog.Text{EN: "Media", FR: "Médias"}},
		{"games", catalog.Text{EN: "Lotteries", FR: "Loteries"}},
		{"", catalog.Text{EN: "Others", FR: "Autres"}},
	}
}

// named is an id and its name.
type named struct {
	id   string
	name catalog.Text
}
