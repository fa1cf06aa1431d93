package main

import "tocsin/app"

// people adds the flags for an organisation's own people.
func (k *call) people(o *app.PeopleOptions) {
	k.flags.StringVar(&o.Roster, "roster", "", "`FILE` (CSV) of people, roles and contact paths: who can't be reached, which roles fall below their minimum, whom to ask to come in")
	k.flags.StringVar(&o.Minimums, "minimums", "", "`FILE` (CSV) of roles and how many of each must be within reach (default: the roster's own column)")
	k.flags.BoolVar(&o.RosterNow, "roster-now", false, "judge the roster at the moment looked at, while batteries last (default: at the end)")
	k.flags.StringVar(&o.Appointments, "appointments", "", "`FILE` (CSV, or iCalendar as .ics) of appointments: which virtual ones fall into the outage")
	k.flags.StringVar(&o.Zone, "zone", "", "`ZONE` of appointments whose times have none, as America/Toronto")
	k.flags.Func("rests-on", "`NODE` on which virtual appointments rest that name nothing; may be given more than once", func(s string) error {
		o.RestsOn = append(o.RestsOn, s)
		return nil
	})
	k.flags.StringVar(&o.Notices, "notices", "", "`DIR` to write a notice to, for each dependent that falls: one page to print, in each language")
}
