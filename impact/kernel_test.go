package impact

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// The kernels count as one counts: in every bit, at least k inputs.
func TestThreshold(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for range 2000 {
		words, k := 1+r.IntN(3), 1+r.IntN(9)
		rows := make([][]uint64, r.IntN(14))
		for i := range rows {
			for range words + r.IntN(2) { // a row may be longer
				rows[i] = append(rows[i], r.Uint64()|r.Uint64())
			}
		}
		out := make([]uint64, words)
		out[0] = r.Uint64() // what was there before doesn't matter
		threshold(out, rows, int32(k))
		for bit := range 64 * words {
			lost := 0
			for _, row := range rows {
				lost += int(row[bit/64] >> (bit % 64) & 1)
			}
			if got := out[bit/64]>>(bit%64)&1 == 1; got != (lost >= k) {
				t.Fatalf("%d of %d inputs are lost, %d are needed: %v", lost, len(rows), k, got)
			}
		}
	}
}

func TestAddsAndMerge(t *testing.T) {
	row := []uint64{0b0110, 0}
	for _, c := range []struct {
		more []uint64
		adds bool
	}{
		{[]uint64{0, 0}, false},
		{[]uint64{0b0100, 0}, false},
		{[]uint64{0b1000, 0}, true},
		{[]uint64{0, 1}, true},
		{[]uint64{0b0010, 0, 5}, false}, // what is beyond the row is not looked at
	} {
		if adds(row, c.more) != c.adds {
			t.Errorf("%b to %b: %v", c.more, row, !c.adds)
		}
		sum := slices.Clone(row)
		merge(sum, c.more)
		if sum[0] != row[0]|c.more[0] || sum[1] != row[1]|c.more[1] {
			t.Errorf("%b with %b gives %b", row, c.more, sum)
		}
	}
}

// An agenda gives each gate once, the first that it holds, whatever is added
// meanwhile.
func TestAgenda(t *testing.T) {
	const gates = 64*64*2 + 5
	r := rand.New(rand.NewPCG(3, 3))
	a := newAgenda(gates)
	want := map[int32]bool{}
	for range 3000 {
		for range r.IntN(3) {
			x := int32(r.IntN(gates))
			a.add(x)
			want[x] = true
		}
		got, ok := a.next()
		if ok != (len(want) > 0) {
			t.Fatalf("%v gates left: %v", len(want), ok)
		}
		for x := range want {
			if x < got {
				t.Fatalf("%d comes before %d", got, x)
			}
		}
		if ok && !want[got] {
			t.Fatalf("%d was not added", got)
		}
		delete(want, got)
	}
}

// A ranking keeps the worst of whatever comes, in whatever order.
func TestRanking(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 300 {
		kept := ranking{keep: r.IntN(6)}
		var all []pair
		for range r.IntN(30) {
			all = append(all, pair{int32(r.IntN(9)), int32(9 + len(all)), int64(r.IntN(5))})
		}
		for _, p := range all {
			before := slices.Clone(kept.pairs)
			could := kept.mayHold(p.harm)
			kept.offer(p)
			if !could && !slices.Equal(before, kept.pairs) {
				t.Fatalf("%+v was kept, which could not be", p)
			}
		}
		slices.SortFunc(all, pair.worse)
		if want := all[:min(kept.keep, len(all))]; !slices.Equal(kept.sorted(), want) {
			t.Fatalf("kept %v, expected %v", kept.sorted(), want)
		}
		if full := len(kept.pairs) == kept.keep && kept.keep > 0; full {
			last := all[kept.keep-1].harm
			if kept.beats(last) || !kept.beats(last+1) || !kept.mayHold(last) || kept.mayHold(last-1) {
				t.Fatalf("the last one kept has %d: what equals it doesn't beat it, but may come before it", last)
			}
		}
	}
}

// A walk leaves nothing behind for the next, also when its stamps begin anew.
func TestWalkAgain(t *testing.T) {
	g := New(layers(120, 40)).Gates(GateOptions{})
	used := g.walk()
	used.now = ^uint32(0) - 60
	for i := range int32(120) {
		fresh := g.walk()
		fresh.from(g.leaf[i])
		used.from(g.leaf[i])
		if !slices.Equal(fresh.lost, used.lost) || !slices.Equal(fresh.hurt, used.hurt) || fresh.harm() != used.harm() {
			t.Fatalf("node %d: %v, after other walks %v", i, fresh.lost, used.lost)
		}
	}
}
