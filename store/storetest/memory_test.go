package storetest

import (
	"testing"

	"tocsin/store"
)

func TestMemory(t *testing.T) {
	kept := map[string]*Memory{} // subtests run one after another
	Test(t, func(_ *testing.T, dir string) store.Store {
		if m, ok := kept[dir]; ok {
			m.Reopen()
			return m
		}
		kept[dir] = &Memory{}
		return kept[dir]
	})
}
