package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/feed"
	"tocsin/feed/rislive"
	"tocsin/feed/visibility"
	"tocsin/health"
	"tocsin/pipeline"
	"tocsin/publish"
	"tocsin/store"
	"tocsin/store/sqlite"
)

// routesID names the live feed of routes.
const routesID evidence.FeedID = "rislive"

// routesFeed is what is known of the feed beforehand. It tells once a minute, so
// that five without a word are silence.
func routesFeed() evidence.Feed {
	return evidence.Feed{
		ID: routesID, Quiet: 5 * time.Minute,
		Name:  catalog.Text{EN: "Announced routes (RIS Live)", FR: "Routes annoncées (RIS Live)"},
		Blind: catalog.Text{EN: "Networks that stay announced and carry nothing", FR: "Les réseaux qui restent annoncés et n’acheminent rien"},
	}
}

// routeGroups are the autonomous systems of a catalogue: those of its carriers,
// and those whose routes show a component's life. Each is a series of its own,
// seen from the whole country.
func routeGroups(ed *catalog.Edition) []visibility.Group {
	var asns []uint32
	for _, c := range ed.Carriers() {
		for _, n := range c.Networks {
			asns = append(asns, uint32(n.ASN))
		}
	}
	for _, n := range ed.Nodes() {
		for _, as := range n.ASNs {
			asns = append(asns, uint32(as))
		}
	}
	slices.Sort(asns)
	var groups []visibility.Group
	for _, as := range slices.Compact(asns) {
		groups = append(groups, visibility.Group{
			Subject: evidence.Subject(fmt.Sprintf("as%d", as)), Region: ed.Root(), ASNs: []uint32{as},
		})
	}
	return groups
}

// routes is the live feed: what the stream tells goes into the store, and a
// minute that is over comes out as observations.
type routes struct {
	mu      sync.Mutex
	store   *visibility.Store
	clock   streamClock
	held    []feed.Routes // until the clock knows what they are
	wall    func() time.Time
	groups  []visibility.Group
	deaf    bool // the minutes that end now were not listened to
	status  feed.Status
	minutes []minuteHeard
}

// minuteHeard is the observations of a minute that is over.
type minuteHeard struct {
	end time.Time
	obs []evidence.Observation
}

// fullShare makes full feeds of the larger half where nobody has told a whole
// table: a stream that is listened to without one.
const fullShare = 0.5

func newRoutes(groups []visibility.Group, log *slog.Logger) *routes {
	r := &routes{groups: groups, wall: time.Now, status: feed.Status{Feed: string(routesID), State: feed.Failing}}
	r.store = visibility.New(visibility.Options{
		Share: fullShare, Minute: r.minute,
		Guarded: func(g visibility.Guarding) {
			log.Info("a peer's table", "peer", g.Peer.Addr, "as", g.Peer.AS, "collector", g.Peer.Collector, "ill", g.Out, "had", g.Had, "has", g.Has)
		},
	})
	return r
}

// hear takes what the stream tells.
func (r *routes) hear(told *feed.Routes) {
	r.mu.Lock()
	defer r.mu.Unlock()
	before := r.clock.newest
	if !r.clock.believes(told.At, r.wall().UnixNano()) {
		if r.clock.holds(told.At) {
			r.hold(told)
		}
		return
	}
	r.release(told.At)
	// A live stream never rests so long: these minutes are over and nobody heard them.
	r.deaf = !r.clock.recorded && before != 0 && told.At-before > int64(restLive)
	r.store.Take(told)
	r.deaf = false
}

// copied is a copy of what is only lent.
func copied(r *feed.Routes) feed.Routes {
	k := *r
	k.Announced4, k.Withdrawn4 = slices.Clone(r.Announced4), slices.Clone(r.Withdrawn4)
	k.Announced6, k.Withdrawn6 = slices.Clone(r.Announced6), slices.Clone(r.Withdrawn6)
	k.Path = slices.Clone(r.Path)
	k.IDs = feed.PathIDs{
		Announced4: slices.Clone(r.IDs.Announced4), Withdrawn4: slices.Clone(r.IDs.Withdrawn4),
		Announced6: slices.Clone(r.IDs.Announced6), Withdrawn6: slices.Clone(r.IDs.Withdrawn6),
	}
	return k
}

// hold keeps a message back. Once the stream has begun, that is one at most.
func (r *routes) hold(told *feed.Routes) {
	if r.clock.begun {
		r.clock.refused += int64(len(r.held))
		r.held = r.held[:0]
	}
	r.held = append(r.held, copied(told))
}

// release takes what was held back: of a recording it is the beginning, or the first
// after a gap, unless what comes now is much older; of a live stream it was astray.
func (r *routes) release(now int64) {
	for i := range r.held {
		if r.clock.recorded && r.held[i].At-now <= int64(mostLeap) {
			r.store.Take(&r.held[i])
		} else {
			r.clock.refused++
		}
	}
	r.held = nil
}

// restLive is how long a live stream of hundreds of peers may rest and yet be
// whole: the published one tells of something every second.
const restLive = 2 * time.Minute

// minute is called by the store, while it is locked. What nobody heard is no
// observation.
func (r *routes) minute(end int64) {
	if !r.clock.begun {
		return // a table, read before the stream
	}
	m := minuteHeard{end: time.Unix(end, 0).UTC()}
	if !r.deaf && (r.clock.recorded || r.status.State != feed.Blind) {
		m.obs = r.store.Observe(nil, routesID, r.groups, end)
	}
	r.minutes = append(r.minutes, m)
}

// tell hears how the feed does.
func (r *routes) tell(s feed.Status) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = s
}

// heard is what has come of the stream since the last call.
type heard struct {
	minutes  []minuteHeard
	begun    bool // the stream has said something
	recorded bool
	now      time.Time
	status   feed.Status
}

func (r *routes) take() heard {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := heard{minutes: r.minutes, begun: r.clock.begun, recorded: r.clock.recorded, status: r.status}
	r.minutes = nil
	h.now = r.wall().UTC()
	if h.recorded {
		h.now = time.Unix(0, r.clock.newest).UTC()
	}
	return h
}

// health says that the feed is ill, while it is.
func (h heard) health() []health.Warning {
	switch h.status.State {
	case feed.Fine:
		return nil
	case feed.Late, feed.Blind:
		if h.recorded { // its time is not ours, and no beacon keeps to it
			return nil
		}
	}
	since := h.status.Since
	if h.recorded || since.IsZero() {
		since = h.now
	}
	return []health.Warning{{
		Code: health.FeedSilent, Subject: string(routesID), Since: since.UTC(),
		Detail: string(h.status.State) + ": " + h.status.Detail,
	}}
}

// listening is the observatory with a live stream.
type listening struct {
	view   *view
	o      ServeOptions
	routes *routes
	pl     *pipeline.Pipeline
	keep   keeper
	played store.Store // of a recording
	last   time.Time   // the last step
	shown  time.Time
	state  feed.State // as it was shown
}

// listen judges what a stream of routes tells until ctx ends.
func (v *view) listen(ctx context.Context, db store.Store, o ServeOptions) (err error) {
	v.feeds = []evidence.Feed{routesFeed()}
	l := &listening{view: v, o: o, routes: newRoutes(routeGroups(v.edition), o.Log)}
	if err := l.begin(ctx, db, false); err != nil {
		return stopped(ctx, err)
	}
	client, err := rislive.New(rislive.Options{URL: o.RISLive, Name: "tocsin", Hear: l.routes.hear, Beacons: beaconsOf(o.RISLive), Log: o.Log})
	if err != nil {
		return usage("give --rislive http://HOST/v1/stream/ or ws://HOST/v1/ws/", "--rislive: %w", err)
	}
	if err := l.step(ctx); err != nil { // the pages stand while a table is read
		return stopped(ctx, err)
	}
	if err := l.bootstrap(ctx); err != nil {
		return stopped(ctx, err)
	}
	kept := make(chan struct{})
	runs, stop := context.WithCancel(ctx)
	go func() {
		defer close(kept)
		_ = feed.Keep(runs, client, feed.Keeper{Quiet: quietStream, Late: lateStream, Tell: l.routes.tell}) // it ends because it is stopped
	}()
	defer func() {
		stop()
		<-kept
		l.end(ctx)
		if l.played != nil {
			err = errors.Join(err, l.played.Close())
		}
	}()
	return l.run(ctx)
}

// quietStream is when a connection is given up that says nothing. The published
// stream never rests for ten seconds; a recording may.
const quietStream = time.Minute

// lateStream is how far the newest of a live stream may be from now; others that
// listen to it give it up then.
const lateStream = 3 * time.Minute

// beaconsOf are the beacons that a stream must speak of: those of the RIPE NCC on
// its own stream, none on another.
func beaconsOf(address string) rislive.Beacons {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() != "ripe.net" && !strings.HasSuffix(u.Hostname(), ".ripe.net") {
		return rislive.Beacons{}
	}
	return rislive.RISBeacons()
}

func (l *listening) run(ctx context.Context) error {
	tick := time.NewTicker(brisk)
	defer tick.Stop()
	for {
		if err := l.step(ctx); err != nil {
			return stopped(ctx, err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// bootstrap reads the tables that were given.
func (l *listening) bootstrap(ctx context.Context) error {
	if len(l.o.RIBs) == 0 {
		return nil
	}
	c, err := openCaptures(l.o.RIBs)
	if err != nil {
		return err
	}
	if len(c.updates) > 0 {
		return input("give --rib tables: bview or rib", fmt.Errorf("%s holds updates, no table", c.updates[0].name))
	}
	tables, replaced := lastTables(c.tables)
	for _, t := range replaced {
		l.o.Log.Warn("a newer table of the same collector stands in its place", "file", t.name)
	}
	for _, t := range tables {
		if err := c.read(ctx, t, l.routes.store.Take); err != nil {
			return err
		}
	}
	l.routes.store.Settle()
	st := l.routes.store.Stand()
	l.o.Log.Info("tables read", "prefixes_ipv4", st.Prefixes[0], "prefixes_ipv6", st.Prefixes[1], "peers", st.Peers,
		"full_ipv4", st.Full[0], "full_ipv6", st.Full[1], "broken_places", len(c.broken))
	return nil
}

// begin starts judging, what happens or what is played: from what the store
// holds on.
func (l *listening) begin(ctx context.Context, db store.Store, played bool) error {
	l.view.follow(db)
	if _, err := l.view.follower.Catch(ctx); err != nil {
		return unkept(fmt.Errorf("read what was kept: %w", err))
	}
	l.pl = pipeline.New(pipeline.Options{
		Edition: l.view.edition, Feeds: l.view.feeds, Detector: detectors(l.view.edition), Exercise: played,
		Resume: l.view.follower.Incidents(),
	})
	l.keep = keeper{store: db, log: l.o.Log}
	l.last, l.shown = time.Time{}, time.Time{}
	if played {
		return nil
	}
	return l.keep.recall(ctx, l.pl)
}

// play turns to judging a recording: what it tells did not happen now, and is
// kept apart.
func (l *listening) play(ctx context.Context) error {
	name := filepath.Join(l.o.Data, "recorded.db")
	if err := discard(ctx, name); err != nil {
		return err
	}
	db, err := sqlite.Open(ctx, name)
	if err != nil {
		return unkept(err)
	}
	l.played = db
	l.o.Log.Warn("the stream tells of another time than now: it is a recording, and is shown and kept as one")
	l.view.replay = &publish.Replay{
		Outage: "recorded", Speed: 1, Title: catalog.Text{EN: "a recorded stream of routes", FR: "un flux de routes enregistré"},
	}
	return l.begin(ctx, db, true)
}

// step judges the minutes that are over, and shows what is known.
func (l *listening) step(ctx context.Context) error {
	h := l.routes.take()
	if h.recorded && l.played == nil {
		if err := l.play(ctx); err != nil {
			return err
		}
	}
	for _, m := range h.minutes {
		if err := l.judge(ctx, m.end, m.obs); err != nil {
			return err
		}
	}
	if !h.recorded && h.now.Sub(l.last) >= time.Minute {
		if err := l.judge(ctx, h.now, nil); err != nil {
			return err
		}
	}
	wall := time.Now()
	if len(h.minutes) == 0 && wall.Sub(l.shown) < quietly && h.status.State == l.state {
		return nil
	}
	l.shown, l.state = wall, h.status.State
	l.view.health = slices.Concat(l.pl.Health(), l.keep.health())
	if ill := h.health(); !slices.ContainsFunc(l.view.health, about(routesID)) {
		l.view.health = append(l.view.health, ill...)
	}
	return l.view.show(ctx, l.keep.reached(h.now))
}

// about tells whether a warning is about a feed.
func about(id evidence.FeedID) func(health.Warning) bool {
	return func(w health.Warning) bool { return w.Subject == string(id) }
}

// judge is one step of the judgement. Time doesn't run backwards: a minute that
// the stream was late with is judged now.
func (l *listening) judge(ctx context.Context, now time.Time, obs []evidence.Observation) error {
	if now.Before(l.last) {
		now = l.last
	}
	l.last = now
	if err := l.view.tick(ctx, l.pl, &l.keep, now, evidence.Heard{Observations: obs}); err != nil {
		return err
	}
	if l.played == nil && now.Sub(l.keep.remembered) >= rememberEvery {
		l.keep.remember(ctx, now, l.pl)
	}
	return nil
}

// end keeps what was learned, once more. What happens is judged on after the next
// start; a recording is played anew.
func (l *listening) end(ctx context.Context) {
	if l.played != nil || l.last.IsZero() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rememberWithin)
	defer cancel()
	l.keep.remember(ctx, l.last, l.pl)
}
