package main

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"tocsin/app"
)

func bgpScan(ctx context.Context, k *call) error {
	o := app.ScanOptions{In: os.Stdin}
	k.flags.StringVar(&o.Format, "format", "bgpdump", "`bgpdump|json|summary`: the text of bgpdump -m, a line of JSON for each message, or sums")
	k.flags.Func("as", "`N`: announcements whose path has this AS in it", func(s string) (err error) {
		o.Filter.AS, err = asNumber(s)
		return err
	})
	k.flags.Func("prefix", "`PREFIX`: this one and those within it", func(s string) (err error) {
		o.Filter.Prefix, err = netip.ParsePrefix(s)
		o.Filter.Prefix = o.Filter.Prefix.Masked()
		return err
	})
	k.flags.Func("peer", "`ADDRESS` of a peer, or AS and a number for those of an AS", func(s string) (err error) {
		if o.Filter.Peer, err = netip.ParseAddr(s); err == nil {
			return nil
		}
		if o.Filter.PeerAS, err = asNumber(s); err != nil {
			return fmt.Errorf("want 192.0.2.1, 2001:db8::1 or AS64496, not %q", s)
		}
		return nil
	})
	k.moment(&o.Filter.From, "from", "`TIME`: not before, like 2022-07-08T08:45:00Z or 2022-07-08 (UTC)")
	k.moment(&o.Filter.Until, "until", "`TIME`: before, in the same form")
	files, err := k.parseAny()
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return &app.Failure{Code: app.ExitUsage, Err: errors.New("bgp scan takes at least one file"), Cure: "for example: " + k.example}
	}
	o.Files = files
	done := k.progress("reading")
	o.Progress = done.at
	err = app.Scan(ctx, k.out, o)
	done.clear()
	return err
}

// asNumber reads 812 or AS812.
func asNumber(s string) (uint32, error) {
	digits := s
	if len(s) > 2 && strings.EqualFold(s[:2], "as") {
		digits = s[2:]
	}
	n, err := strconv.ParseUint(digits, 10, 32)
	if err != nil || n == 0 { // AS 0 is nobody's: RFC 7607
		return 0, fmt.Errorf("want 812 or AS812, not %q", s)
	}
	return uint32(n), nil
}
