// Command tocsin tells whether a network is down, where and for which
// services, whose fault it is and whose it is not, what goes down with it, and
// what to do.
//
// It parses flags and signals only; package app does the rest.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	_ "time/tzdata" // local times must come out right on machines without a zone database

	"tocsin/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// command is one of the program's verbs.
type command struct {
	name    string
	args    string // what comes after the flags, for the help
	brief   string
	example string
	run     func(ctx context.Context, c *call) error
}

// call is one use of a command.
type call struct {
	command
	flags    *flag.FlagSet
	args     []string
	out, err io.Writer
}

// commands is the table of all verbs, in the order of the help.
func commands() []command {
	return []command{
		{"serve", "", "the observatory: pages, situation report, history; --replay plays a recorded day live", "tocsin serve --replay rogers-2022-07-08 --speed 60", serve},
		{"replay", "OUTAGE", "a recorded outage through the judgement, and the situation report at a moment of it", "tocsin replay rogers-2022-07-08 --at 2022-07-08T19:10:00Z --lang fr", replayDay},
		{"explain", "OUTAGE", "why a verdict of a recorded day is what it is, and what would change it", "tocsin explain rogers-2022-07-08 --at 2022-07-08T15:07:00Z --carrier bell", explain},
		{"sitrep", "", "the situation report from the store of an observatory", "tocsin sitrep --data tocsin-data --format markdown", situation},
		{"rehearse", "", "an exercise: what falls if these fail, when, why, and what still works; --n1, --n2: if any one or two do", "tocsin rehearse --fail rogers/ip-core --for 12h --edition 2022-07-08", rehearsal},
		{"evaluate attribution", "", "are the roots named right? simulated outages, ours beside the peers' methods", "tocsin evaluate attribution --worlds 400 --seed 7 --scenario carrier-night", evaluateAttribution},
		{"evaluate detection", "", "how soon is an onset seen, at how many false alarms? ours beside fixed windows and IODA's bands", "tocsin evaluate detection --seed 7 --format json", evaluateDetection},
		{"evaluate localisation", "", "are the places that are hit found? simulated towns, provinces, countries", "tocsin evaluate localisation --worlds 100 --scenario metro", evaluateLocalisation},
		{"evaluate fusion", "", "how soon and how rightly is an incident told, and does its probability mean what it says? through the real pipeline", "tocsin evaluate fusion --worlds 20 --seed 7 --scenario carrier-night", evaluateFusion},
		{"evaluate quiet", "", "how many incidents does it see where there are none? days of news, bots and sick instruments", "tocsin evaluate quiet --days 365 --seed 7", evaluateQuiet},
		{"bgp scan", "FILE…", "what is in MRT files: as bgpdump -m prints it, as JSON, or summed", "tocsin bgp scan --format summary --as 812 rrc04/2022.07/updates.20220708.0845.gz", bgpScan},
		{"bgp outages", "RIB... UPDATES...", "outages in captures of BGP: which AS, since when, how much of it, by whose eyes", "tocsin bgp outages rib.20220708.0800.bz2 updates.20220708.*.bz2 --as 812", bgpOutages},
		{"bgp serve", "FILE…", "plays MRT files as a stream of RIS Live, over WebSocket and HTTP, to every client from the start", "tocsin bgp serve updates.20220708.0845.gz --listen 127.0.0.1:8081 --speed 60", bgpServe},
		{"catalog check", "", "is the catalogue whole? what should its readers know?", "tocsin catalog check --catalog my-country/ --edition 2022-07-08", catalogCheck},
		{"catalog show", "", "every component and dependent of the catalogue", "tocsin catalog show --edition 2022-07-08 --format json", catalogShow},
		{"catalog explain", "ID", "what a node needs, who needs it, and how that is known", "tocsin catalog explain interac/debit --edition 2022-07-08", catalogExplain},
		{"catalog generate", "DIR", "invents a catalogue of any size, for benchmarks and tests", "tocsin catalog generate --components 10000 --requirements 22000 --seed 7 invented/", catalogGenerate},
		{"catalog schema", "", "the JSON Schema of a catalogue file", "tocsin catalog schema > catalogue.schema.json", catalogSchema},
	}
}

// run finds the command, runs it, and turns its error into words and an exit
// code.
func run(ctx context.Context, args []string, out, errs io.Writer) int {
	if len(args) == 0 || slices.Contains([]string{"help", "-h", "-help", "--help"}, args[0]) {
		if len(args) < 2 {
			return complain(errs, help(out))
		}
		args = append(slices.Clone(args[1:]), "--help") // help replay
	}
	for _, c := range commands() {
		words := strings.Fields(c.name)
		if len(args) < len(words) || !slices.Equal(words, args[:len(words)]) {
			continue
		}
		err := c.call(ctx, args[len(words):], out, errs)
		if errors.Is(err, flag.ErrHelp) {
			return app.ExitDone
		}
		return complain(errs, err)
	}
	return complain(errs, unknown(args))
}

// unknown says that there is no such command, and names those that begin alike.
func unknown(args []string) error {
	cure := "'tocsin help' lists them"
	var alike []string
	for _, c := range commands() {
		if strings.HasPrefix(c.name, args[0]) {
			alike = append(alike, c.name)
		}
	}
	if len(alike) > 0 {
		cure = "there are: " + strings.Join(alike, ", ")
	}
	return &app.Failure{
		Code: app.ExitUsage, Err: fmt.Errorf("no command is called %q", strings.Join(args[:min(2, len(args))], " ")), Cure: cure,
	}
}

func complain(errs io.Writer, err error) int {
	if err == nil {
		return app.ExitDone
	}
	_, _ = fmt.Fprintf(errs, "tocsin: %v\n", err) // whoever closed it does not want to know
	if f, ok := errors.AsType[*app.Failure](err); ok && f.Cure != "" {
		_, _ = fmt.Fprintf(errs, "  → %s\n", f.Cure)
	}
	return app.Code(err)
}

func (c command) call(ctx context.Context, args []string, out, errs io.Writer) error {
	f := flag.NewFlagSet("tocsin "+c.name, flag.ContinueOnError)
	f.SetOutput(io.Discard) // we tell of errors ourselves, once
	k := &call{command: c, flags: f, args: args, out: out, err: errs}
	return c.run(ctx, k)
}

// parse reads the flags, wherever they stand among the arguments, and gives
// the arguments that are none. It wants exactly n of them.
func (k *call) parse(n int) ([]string, error) {
	rest, err := k.parseAny()
	if err != nil {
		return nil, err
	}
	if len(rest) != n {
		return nil, &app.Failure{
			Code: app.ExitUsage, Err: fmt.Errorf("%s takes %d argument(s), not %d", k.name, n, len(rest)),
			Cure: "for example: " + k.example,
		}
	}
	return rest, nil
}

// parseAny is parse for any number of arguments.
func (k *call) parseAny() ([]string, error) {
	var rest []string
	args := k.args
	for len(args) > 0 {
		switch err := k.flags.Parse(args); {
		case errors.Is(err, flag.ErrHelp):
			if err := k.usage(); err != nil {
				return nil, err
			}
			return nil, flag.ErrHelp
		case err != nil:
			return nil, &app.Failure{Code: app.ExitUsage, Err: err, Cure: "'tocsin " + k.name + " --help' lists the flags"}
		}
		args = k.flags.Args()
		if len(args) > 0 {
			rest, args = append(rest, args[0]), args[1:]
		}
	}
	return rest, nil
}

func (k *call) usage() error {
	var b strings.Builder
	fmt.Fprintf(&b, "tocsin %s %s\n  %s\n\nExample:\n  %s\n\nFlags:\n", k.name, k.command.args, k.brief, k.example)
	k.flags.VisitAll(func(f *flag.Flag) {
		arg, text := flag.UnquoteUsage(f)
		fmt.Fprintf(&b, "  --%s %s\n        %s", f.Name, arg, text)
		if f.DefValue != "" && f.DefValue != "false" {
			fmt.Fprintf(&b, " (default %s)", f.DefValue)
		}
		b.WriteByte('\n')
	})
	return app.Put(k.out, b.String())
}

func help(out io.Writer) error {
	var b strings.Builder
	b.WriteString(`Tocsin tells whether a network is down, where and for which services, whose
fault it is and whose it is not, what goes down with it, and what to do.

Commands:
`)
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-22s %s\n", c.name, c.brief)
	}
	b.WriteString(`
'tocsin COMMAND --help' shows its flags and an example. Exit codes: 0 done;
1 the answer is bad news; 2 wrong use; 3 broken input.
`)
	return app.Put(out, b.String())
}
