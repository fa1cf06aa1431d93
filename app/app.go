// Package app wires the parts together: it loads the catalogue and the
// recorded outages, runs the pipeline, keeps what it decides and shows it. One
// straight line a command; each thing's undoing stands where it is made.
//
// It parses no flags (cmd/tocsin does) and decides nothing about outages.
package app

import (
	"errors"
	"fmt"
	"io"
)

// Exit codes of the program.
const (
	ExitDone    = 0
	ExitBadNews = 1 // the answer is bad news: a failed check
	ExitUsage   = 2 // wrong use
	ExitInput   = 3 // broken input or a place that can't be used, named
)

// Failure is an error for people: what went wrong, what cures it, and the exit
// code that says so to programs.
type Failure struct {
	Code int
	Err  error
	Cure string // the next step; may be empty
}

// Error says what went wrong.
func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Err }

func usage(cure, format string, args ...any) error {
	return &Failure{Code: ExitUsage, Err: fmt.Errorf(format, args...), Cure: cure}
}

func input(cure string, err error) error {
	return &Failure{Code: ExitInput, Err: err, Cure: cure}
}

// Put writes an answer. What takes it may be full or gone, and then the answer
// was not given.
func Put(out io.Writer, text string) error {
	if _, err := io.WriteString(out, text); err != nil {
		return unwritten(err)
	}
	return nil
}

func unwritten(err error) error {
	return input("make room where the output goes, or send it elsewhere", fmt.Errorf("write the output: %w", err))
}

// Code gives the exit code that an error asks for.
func Code(err error) int {
	if err == nil {
		return ExitDone
	}
	if f, ok := errors.AsType[*Failure](err); ok {
		return f.Code
	}
	return ExitInput
}
