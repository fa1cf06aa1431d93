package evaluate

// Scenario is a kind of day, as data: every world of it draws from these knobs.
// Ranges are drawn from evenly.
type Scenario struct {
	Name   string
	Hour   [2]float64 // local time of the onset; the clock of the largest region
	After  [2]float64 // minutes from the onset to the question
	Calm   float64    // probability that nothing fails at all
	Roots  int        // true roots, in disjoint regions when more than one
	Shared bool       // the root is a component that many rest on and nobody sees
	Local  float64    // probability that a root fails in one province of its footprint alone
	Town   bool       // it fails in one small division
	Rate   float64    // how readily people report, against the everyday measure
	News   [2]float64 // attention: everybody's reports rise by this factor, beyond 1
	Bots   int        // subjects that bots of a few address blocks report
	Spill  float64    // reports about innocent rivals, against the everyday measure
	Graph  Wrongs     // what the given graph gets wrong
	Planes Planes
	Ill    Illness
	Back   bool // service is coming back, slowly and with relapses, when asked
}

// Wrongs is how the graph that methods get differs from the true one.
type Wrongs struct {
	Missing float64 // share of the edges left out
	Added   float64 // edges that don't exist, as a share of all
}

// Planes is how often each plane shows a loss that is there.
type Planes struct {
	Routes, Traffic, Probes float64
}

// Illness is what ails the observers.
type Illness struct {
	Dead    float64 // probability of each feed to die or to lag
	Reset   float64 // probability that a collector loses its sessions
	Vantage float64 // probability that a probing vantage is cut off
	Shift   float64 // hours by which the baselines' clock is wrong
}

// Scenarios are the kinds of day, the twelve mandatory ones of the evaluation
// protocol among them.
func Scenarios() []Scenario {
	graph := Wrongs{Missing: 0.03, Added: 0.02}
	planes := Planes{Routes: 0.9, Traffic: 0.9, Probes: 0.9}
	ill := Illness{Dead: 0.02, Reset: 0.03, Vantage: 0.03}
	day, night, soon := [2]float64{9, 21}, [2]float64{2, 5}, [2]float64{15, 45}
	base := Scenario{Hour: day, After: soon, Roots: 1, Local: 0.25, Rate: 1, Spill: 1, Graph: graph, Planes: planes, Ill: ill}
	with := func(name string, change func(*Scenario)) Scenario {
		s := base
		s.Name = name
		change(&s)
		return s
	}
	return []Scenario{
		with("carrier-day", func(*Scenario) {}),
		with("carrier-night", func(s *Scenario) { s.Hour = night }),
		with("carrier-news", func(s *Scenario) { s.News = [2]float64{2, 20} }),
		with("hidden-shared-root", func(s *Scenario) { s.Shared, s.Local = true, 0 }),
		with("att-2024-night", func(s *Scenario) { s.Hour, s.Spill, s.Local, s.Rate = night, 2, 0, 2 }),
		with("news-only", func(s *Scenario) { s.Calm, s.News = 1, [2]float64{3, 40} }),
		with("bot-surge", func(s *Scenario) { s.Calm, s.Bots = 0.5, 3 }),
		with("small-town", func(s *Scenario) { s.Town, s.After, s.Rate = true, [2]float64{30, 90}, 3 }),
		with("collector-reset", func(s *Scenario) { s.Calm, s.Ill.Reset = 0.5, 1 }),
		with("dead-vantage", func(s *Scenario) { s.Calm, s.Ill.Vantage = 0.5, 1 }),
		with("clock-change", func(s *Scenario) { s.Calm, s.Ill.Shift, s.Hour = 0.5, 1, [2]float64{5, 9} }),
		with("partial-plane", func(s *Scenario) { s.Planes.Routes = 0 }),
		with("slow-recovery", func(s *Scenario) { s.Back, s.After = true, [2]float64{180, 420} }),
		with("two-roots", func(s *Scenario) { s.Roots = 2 }),
		with("missing-edge", func(s *Scenario) { s.Graph.Missing = 0.2 }),
	}
}

// ScenarioNames lists the scenarios in their order.
func ScenarioNames() []string {
	var names []string
	for _, s := range Scenarios() {
		names = append(names, s.Name)
	}
	return names
}
