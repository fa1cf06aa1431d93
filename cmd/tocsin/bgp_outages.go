package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"tocsin/app"
)

func bgpOutages(ctx context.Context, k *call) error {
	var o app.OutagesOptions
	k.flags.Func("as", "`N`: look for this AS alone; may be given more than once", func(s string) error {
		n, err := asNumber(s)
		o.AS = append(o.AS, n)
		return err
	})
	share := func(to *float64, name string, value float64, text string) {
		*to = value
		k.flags.Func(name, text+fmt.Sprintf(" (default %v)", value), func(s string) error {
			v, err := strconv.ParseFloat(s, 64)
			if err != nil || !(v > 0 && v <= 1) {
				return errors.New("want a share, more than 0 and at most 1")
			}
			*to = v
			return nil
		})
	}
	share(&o.Depth, "depth", 0.2, "`SHARE` of an AS's usual address space that must be gone")
	share(&o.Share, "full", 0.5, "`SHARE` of the largest table that makes a full feed, where that is less than 400,000 prefixes (IPv6: 10,000)")
	k.flags.Func("least", "`N` prefixes that must be gone (default 5, or 1 with --as)", func(s string) (err error) {
		if o.Least, err = strconv.Atoi(s); err != nil || o.Least < 1 {
			return errors.New("want a number of prefixes, at least 1")
		}
		return nil
	})
	k.flags.StringVar(&o.Archive.Source, "archive", "", "read an archive in place of files: a `DIR`, an address, or ris or routeviews")
	k.flags.Func("collector", "`NAME` of a collector of the archive, for example rrc04; may be given more than once", func(s string) error {
		o.Archive.Collectors = append(o.Archive.Collectors, s)
		return nil
	})
	k.moment(&o.Archive.From, "from", "`TIME` from which the archive is read, in UTC: 2022-07-08T08:00:00Z; begin where a table is")
	k.moment(&o.Archive.Until, "until", "`TIME` until which the archive is read")
	k.flags.BoolVar(&o.FailOn, "fail-on", false, "exit with 1 when an outage is found")
	k.flags.StringVar(&o.Format, "format", "text", "`text|json`")
	files, err := k.parseAny()
	if err != nil {
		return err
	}
	if (len(files) == 0) == (o.Archive.Source == "") {
		return &app.Failure{Code: app.ExitUsage, Err: errors.New("bgp outages takes at least one file, or --archive, not both"), Cure: "for example: " + k.example}
	}
	o.Files = files
	done := k.progress("reading")
	o.Progress = done.at
	err = app.Outages(ctx, k.out, o)
	done.clear()
	return err
}
