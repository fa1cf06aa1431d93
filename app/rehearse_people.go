package app

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/rehearse"
	"tocsin/roster"
)

// PeopleOptions say which files of an organisation's own people a rehearsal is
// about. What stands in them goes to the answer alone: nothing is logged, kept
// or written elsewhere.
type PeopleOptions struct {
	Roster       string // a CSV file; "" for none
	Minimums     string // a CSV file of roles; "" for those in the roster
	RosterNow    bool   // judge who can be reached at the moment looked at, not at the end
	Appointments string // a CSV or iCalendar (.ics) file; "" for none
	Zone         string // of times without one: an IANA name
	RestsOn      []string
	Notices      string // a directory to write notices to; "" for none
}

func (o PeopleOptions) asked() bool { return o.Roster != "" || o.Appointments != "" || o.Notices != "" }

// check refuses what can't be meant, before any file is opened.
func (o PeopleOptions) check(format string) error {
	switch {
	case o.Roster == "" && (o.Minimums != "" || o.RosterNow):
		return usage("give --roster FILE too", "--minimums and --roster-now without a roster")
	case o.Appointments == "" && (o.Zone != "" || len(o.RestsOn) > 0):
		return usage("give --appointments FILE too", "--zone and --rests-on without appointments")
	case o.asked() && format == "markdown":
		return usage("give --format text, json or csv", "lists of people aren't written as Markdown")
	case format == "csv" && o.Roster != "" && o.Appointments != "":
		return usage("ask for one of them at a time, or for --format json", "a CSV table holds people or appointments, not both")
	}
	return nil
}

// answers is what a rehearsal says of people.
type answers struct {
	result   rehearse.Result
	roll     *rehearse.Roll
	people   roster.Reading
	book     *book
	notices  []string
	zone     *time.Location // in which times of day are told
	readings []*roster.Reading
}

// book is a day of appointments as it fares.
type book struct {
	roster.Reading
	virtual, inPerson int
	rebook            []rehearse.Rebooking // in the order of time
}

// people answers for people, appointments and notices.
func (o RehearseOptions) people(out io.Writer, plan rehearse.Plan) error {
	lang, err := o.Style.lang()
	if err != nil {
		return err
	}
	if plan.Day != "" && o.Plan == "" && !slices.ContainsFunc(o.Words, func(w Setting) bool { return w.Word == "edition" }) {
		plan.Editions = plan.Editions[:1] // the day's own; today's stands beside it for comparing
	}
	if len(plan.Editions) > 1 {
		return usage("give one --edition", "people, appointments and notices are of one edition at a time")
	}
	ed, err := o.World.Edition(plan.Editions[0])
	if err != nil {
		return err
	}
	stage := rehearse.New(ed)
	a := answers{zone: time.UTC}
	if a.result, err = stage.Run(plan); err != nil {
		return unplayable(err)
	}
	course, err := stage.Course(plan)
	if err != nil {
		return unplayable(err)
	}
	d := roster.NewDirectory(ed)
	if o.People.Roster != "" {
		if err := o.People.reach(&a, course, plan, d); err != nil {
			return err
		}
	}
	if o.People.Appointments != "" {
		if err := o.People.rebook(&a, course, plan, d); err != nil {
			return err
		}
	}
	if o.People.Notices != "" {
		if a.notices, err = writeNotices(o.People.Notices, ed, noticesOf(a.result)); err != nil {
			return err
		}
	}
	switch o.Format {
	case "json":
		err = printJSON(out, a.json())
	case "csv":
		err = a.csv(out)
	default:
		t := rehearsalText{ed: ed, lang: lang}
		err = Put(out, t.people(a))
	}
	if err != nil {
		return err
	}
	return o.settle(a)
}

// reach reads the roster and calls the roll.
func (o PeopleOptions) reach(a *answers, c *rehearse.Course, plan rehearse.Plan, d *roster.Directory) error {
	var people *roster.People
	err := opened(o.Roster, "--roster", func(r io.Reader) (err error) {
		people, err = roster.ReadPeople(r, o.Roster, d)
		return err
	})
	if err != nil {
		return err
	}
	least := people.Minimums
	a.people = people.Reading
	a.readings = append(a.readings, &a.people)
	if o.Minimums != "" {
		err := opened(o.Minimums, "--minimums", func(r io.Reader) error {
			all, reading, err := roster.ReadMinimums(r, o.Minimums)
			least = all
			a.readings = append(a.readings, reading)
			return err
		})
		if err != nil {
			return err
		}
	}
	asked, err := plan.Asked()
	if err != nil {
		return unplayable(err)
	}
	at := plan.Ends(c)
	if o.RosterNow {
		at = asked
	}
	roll := rehearse.Reach(c, people.People, least, asked, at)
	a.roll = &roll
	return nil
}

// rebook reads the appointments as they come, and keeps those that fall.
func (o PeopleOptions) rebook(a *answers, c *rehearse.Course, plan rehearse.Plan, d *roster.Directory) error {
	opt := roster.Options{File: o.Appointments}
	if o.Zone != "" {
		zone, err := time.LoadLocation(o.Zone)
		if err != nil || o.Zone == "Local" {
			return usage("give --zone a name such as America/Toronto", "no time zone is called %q", o.Zone)
		}
		opt.Zone, a.zone = zone, zone
	}
	for _, id := range o.RestsOn {
		if !d.Knows(catalog.NodeID(id)) {
			return usage("'tocsin catalog show' lists the names", "--rests-on %s: no node of the catalogue is called this", id)
		}
		opt.RestsOn = append(opt.RestsOn, catalog.NodeID(id))
	}
	b := &book{}
	still := plan.StillDown()
	take := func(ap roster.Appointment) error { //nolint:unparam // whoever takes may stop the reading; this one never does
		if !ap.Virtual {
			b.inPerson++
			return nil
		}
		b.virtual++
		if r, falls := rehearse.Rebook(c, ap, still); falls {
			b.rebook = append(b.rebook, r)
		}
		return nil
	}
	read := roster.ReadAppointments
	if strings.EqualFold(filepath.Ext(o.Appointments), ".ics") {
		read = roster.ReadCalendar
	}
	err := opened(o.Appointments, "--appointments", func(r io.Reader) error {
		reading, err := read(r, opt, d, take)
		if err == nil {
			b.Reading = *reading
		}
		return err
	})
	if err != nil {
		return err
	}
	rehearse.Order(b.rebook)
	a.book = b
	a.readings = append(a.readings, &b.Reading)
	return nil
}

// opened lets a file of people be read. Only faults come back, which don't
// repeat what stands in it.
func opened(name, flag string, read func(io.Reader) error) error {
	f, err := os.Open(name) //nolint:gosec // the path is the user's own argument
	if err != nil {
		return input("give "+flag+" a file; docs/rosters.md describes it", fmt.Errorf("people: %w", err))
	}
	defer func() { _ = f.Close() }() // it was only read
	if err := read(f); err != nil {
		return input("docs/rosters.md describes the file", err)
	}
	return nil
}

// settle gives the exit code: broken input if a part of a file wasn't used, then
// bad news if the caller asked to be told of it.
func (o RehearseOptions) settle(a answers) error {
	var faults []error
	left, more := 0, 0
	for _, r := range a.readings {
		left += r.LeftOut
		more += r.More
		for _, f := range r.Faults {
			faults = append(faults, f)
		}
	}
	if len(faults) > 0 {
		const shown = 20
		if hidden := len(faults) - shown; hidden > 0 {
			faults, more = faults[:shown], more+hidden
		}
		if more > 0 {
			faults = append(faults, fmt.Errorf("and %d more", more))
		}
		return input("the answer is of the rest; mend these lines and ask again",
			fmt.Errorf("%d rows were left out of the answer; faults:\n%w", left, errors.Join(faults...)))
	}
	if o.FailOn == "lost" && a.bad() > 0 {
		return &Failure{Code: ExitBadNews, Err: fmt.Errorf("exercise: %d roles, people on call or appointments are hit", a.bad()), Cure: "the answer above lists them"}
	}
	return nil
}

// bad counts the bad news.
func (a answers) bad() int {
	n := 0
	if a.roll != nil {
		for _, r := range a.roll.Roles {
			if r.Short() > 0 {
				n++
			}
		}
		for _, x := range a.roll.Contacts {
			if x.OnCall && x.CutOff() {
				n++
			}
		}
	}
	if a.book != nil {
		n += len(a.book.rebook)
	}
	return n
}
