package page

import (
	"fmt"
	"maps"
	"strings"

	"tocsin/catalog"
)

// words are the fixed words of the pages, each in both languages side by side.
// What is said of an incident is not here: it comes with its report.
func words() map[string]catalog.Text {
	w := map[string]catalog.Text{
		"skip":      {EN: "Skip to the content", FR: "Aller au contenu"},
		"switch":    {EN: "Français", FR: "English"},
		"home":      {EN: "All outages", FR: "Toutes les pannes"},
		"about":     {EN: "What this is", FR: "À propos"},
		"reload":    {EN: "Reload", FR: "Actualiser"},
		"updated":   {EN: "Updated", FR: "Mis à jour"},
		"contents":  {EN: "On this page", FR: "Sur cette page"},
		"more":      {EN: "%d more", FR: "Encore %d"},
		"may-fail":  {EN: "may fail", FR: "échecs possibles"},
		"back":      {EN: "Back to the page of this outage", FR: "Retour à la page de cette panne"},
		"forms":     {EN: "Also as", FR: "Autres formats"},
		"replay":    {EN: "This is a replay, at %[2]s times speed: %[1]s. Nothing here is happening now.", FR: "Ceci est une reprise, à %[2]s fois la vitesse réelle : %[1]s. Rien de ceci ne se passe en ce moment."},
		"replay-as": {EN: "This is a replay: %s. Nothing here is happening now.", FR: "Ceci est une reprise : %s. Rien de ceci ne se passe en ce moment."},
		"exercise":  {EN: "This is an exercise. Nothing here is happening.", FR: "Ceci est un exercice. Rien de ceci ne se passe."},
		"not911":    {EN: "This is not 911 and not an alerting authority. In an emergency, call 911.", FR: "Ceci n’est ni le 911 ni une autorité d’alerte. En cas d’urgence, composez le 911."},
		"statcan":   {EN: "Places and population: Statistics Canada, 2021 Census, adapted; this is not an endorsement by Statistics Canada.", FR: "Lieux et population : Statistique Canada, Recensement de 2021, données adaptées ; cela ne constitue pas une approbation de Statistique Canada."},
		"sources":   {EN: "Sources", FR: "Sources"},
		"details":   {EN: "The whole page about this outage", FR: "Toute la page sur cette panne"},
		"nobody":    {EN: "No sign of a large outage", FR: "Aucun signe de panne majeure"},
		"open":      {EN: "%d outages at this time", FR: "%d pannes en ce moment"},
		"about-at":  {EN: "about %s", FR: "vers %s"},
		"lost":      {EN: "There is no such page", FR: "Cette page n’existe pas"},
		"lost-text": {EN: "The address may be mistyped. Outages keep their address for ever; they are all on the first page.", FR: "L’adresse contient peut-être une faute. Les pannes gardent leur adresse pour toujours ; elles sont toutes à la première page."},
		"lost-home": {EN: "To the first page", FR: "À la première page"},
	}
	for _, more := range []map[string]catalog.Text{tableWords(), knownWords(), dependentWords(), needWords(), rehearseWords(), answerWords()} {
		maps.Copy(w, more)
	}
	for key, text := range w {
		w[key] = catalog.Text{EN: text.EN, FR: spaced(text.FR)}
	}
	return w
}

// tableWords are the captions and headings of the tables.
func tableWords() map[string]catalog.Text {
	return map[string]catalog.Text{
		"services":       {EN: "Services", FR: "Services"},
		"service":        {EN: "Service", FR: "Service"},
		"state":          {EN: "State", FR: "État"},
		"known":          {EN: "How it is known", FR: "Comment on le sait"},
		"emergency":      {EN: "If you must call 911", FR: "Si vous devez appeler le 911"},
		"history":        {EN: "Outages on record", FR: "Pannes au registre"},
		"history-none":   {EN: "No outage is on record.", FR: "Aucune panne n’est au registre."},
		"began":          {EN: "Began", FR: "Début"},
		"who":            {EN: "Who", FR: "Qui"},
		"lasted":         {EN: "How long", FR: "Durée"},
		"outage":         {EN: "Outage", FR: "Panne"},
		"watched":        {EN: "What is watched", FR: "Ce qui est surveillé"},
		"watched-n":      {EN: "%s carriers in Canada, through these observers:", FR: "%s entreprises de télécommunications au Canada, grâce à ces observateurs :"},
		"watched-none":   {EN: "No observer is connected: nothing can be seen now.", FR: "Aucun observateur n’est branché : on ne voit rien en ce moment."},
		"ourselves":      {EN: "What we cannot see now", FR: "Ce que nous ne voyons pas en ce moment"},
		"feed-silent":    {EN: "%s has been silent since %s. What only it shows is unknown.", FR: "%s est muet depuis %s. Ce que lui seul montre est inconnu."},
		"store-late":     {EN: "Changes since %[2]s could not be kept yet (%[1]s); this page may lag behind.", FR: "Des changements depuis %[2]s n’ont pas encore pu être conservés (%[1]s) ; cette page peut être en retard."},
		"affected-who":   {EN: "Who", FR: "Qui"},
		"affected-what":  {EN: "Effect", FR: "Effet"},
		"affected-why":   {EN: "Why", FR: "Pourquoi"},
		"affected-do":    {EN: "What to do", FR: "Que faire"},
		"lost-advice":    {EN: "No longer stands, it needs %s:", FR: "Ne tient plus, il y faut %s :"},
		"assumed":        {EN: "assumed, no source found", FR: "supposé, aucune source trouvée"},
		"said-below":     {EN: "What others said, in order of time", FR: "Ce que d’autres ont dit, dans l’ordre du temps"},
		"unseen":         {EN: "%d more of which no sign was seen", FR: "Encore %d dont aucun signe n’a été vu"},
		"below":          {EN: "What to do, organisation by organisation", FR: "Que faire, organisation par organisation"},
		"rests":          {EN: "Rests on %s", FR: "Repose sur %s"},
		"rests-too":      {EN: ", which rests on %s", FR: ", qui repose sur %s"},
		"people":         {EN: "about %s people", FR: "environ %s personnes"},
		"regions":        {EN: ", in %d regions", FR: ", dans %d régions"},
		"fails":          {EN: "holds until about %s", FR: "tient jusque vers %s"},
		"place":          {EN: "Where", FR: "Où"},
		"share":          {EN: "Share of reports", FR: "Part des signalements"},
		"more-911":       {EN: "%d more lines about 911", FR: "Encore %d lignes sur le 911"},
		"of":             {EN: "%s of %s", FR: "%s sur %s"},
		"window":         {EN: "Between", FR: "Entre"},
		"from-to":        {EN: "%s and %s", FR: "%s et %s"},
		"plane":          {EN: "What was measured", FR: "Ce qui a été mesuré"},
		"value":          {EN: "Value", FR: "Valeur"},
		"usual":          {EN: "Usual", FR: "Habituel"},
		"method":         {EN: "Method and basis", FR: "Méthode et fondement"},
		"evidence-table": {EN: "Measurements under this verdict", FR: "Mesures à l’appui de ce verdict"},
	}
}

// knownWords are the names of what was measured and of how it came to be known.
func knownWords() map[string]catalog.Text {
	return map[string]catalog.Text{
		"basis-measured":      {EN: "measured", FR: "mesuré"},
		"basis-stated":        {EN: "stated", FR: "déclaré"},
		"basis-reported":      {EN: "reported", FR: "rapporté"},
		"basis-reconstructed": {EN: "reconstructed", FR: "reconstitué"},
		"m-traffic":           {EN: "Traffic, as part of the normal", FR: "Trafic, en part de la normale"},
		"m-traffic-v4":        {EN: "IPv4 traffic, as part of the normal", FR: "Trafic IPv4, en part de la normale"},
		"m-traffic-v6":        {EN: "IPv6 traffic, as part of the normal", FR: "Trafic IPv6, en part de la normale"},
		"m-bgp-prefixes":      {EN: "Routes that others see", FR: "Routes vues par les autres"},
		"m-bgp-withdrawals":   {EN: "Routes withdrawn", FR: "Routes retirées"},
		"m-bgp-announcements": {EN: "Routes announced", FR: "Routes annoncées"},
		"m-probe-blocks":      {EN: "Address blocks that answer", FR: "Blocs d’adresses qui répondent"},
		"m-reports":           {EN: "Reports by people", FR: "Signalements du public"},
		"p-statements":        {EN: "A statement", FR: "Une déclaration"},
		"p-traffic":           {EN: "Traffic", FR: "Trafic"},
		"p-routes":            {EN: "Routes", FR: "Routes"},
		"p-probes":            {EN: "Probes", FR: "Sondes"},
		"p-crowd":             {EN: "Reports by people", FR: "Signalements du public"},
	}
}

// spaced puts the no-break spaces of French where the words have plain ones:
// they can't be told apart in a source file. A percent sign is left alone: here
// it begins a verb of a format.
func spaced(s string) string {
	return strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", " ?", "\u00a0?", " !", "\u00a0!",
		"« ", "«\u00a0", " »", "\u00a0»").Replace(s)
}

// speech gives words in one language.
type speech struct {
	lang catalog.Lang
	all  map[string]catalog.Text
}

// t gives the words of a key, with arguments put in.
func (s speech) t(key string, args ...any) (string, error) {
	text, ok := s.all[key]
	if !ok {
		return "", fmt.Errorf("no words for %q", key)
	}
	if len(args) == 0 {
		return text.In(s.lang), nil
	}
	return fmt.Sprintf(text.In(s.lang), args...), nil
}

// must is t where the key is ours and known; a missing one shows itself.
func (s speech) must(key string, args ...any) string {
	text, err := s.t(key, args...)
	if err != nil {
		return "[" + key + "]"
	}
	return text
}

// or gives the words of a key, or the fallback when there are none: for names
// that newer evidence may bring.
func (s speech) or(key, fallback string) string {
	if text, ok := s.all[key]; ok {
		return text.In(s.lang)
	}
	return fallback
}

// Fr gives French words, for the one page that is in both languages.
func (s speech) Fr(key string) (string, error) {
	return speech{lang: catalog.FR, all: s.all}.t(key)
}
