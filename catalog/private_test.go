package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func mustPublic(t *testing.T, base fs.FS, overlays ...fs.FS) *Edition {
	t.Helper()
	e, err := Public(base, day(july2022), overlays...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestOverlaysArePrivate: all that an overlay holds is marked, and the public
// edition is the base alone, to the digest.
func TestOverlaysArePrivate(t *testing.T) {
	over := layer(`
sources: [{id: memo, title: CANARY memo}]
regions: [{id: xx-campus, level: area, parent: xx, members: [xx-a], name: {en: CANARY campus, fr: CANARY campus}, confidence: assumed}]
services: [{id: intercom, name: {en: CANARY intercom, fr: CANARY interphone}}]
carriers: [{id: own, name: {en: CANARY net, fr: CANARY net}, confidence: assumed}]
organisations: [{id: ward, name: {en: CANARY ward, fr: CANARY unité}, source: memo}]
components: [{id: own/switch, kind: core, name: {en: CANARY switch, fr: CANARY commutateur}, regions: [xx-campus], confidence: assumed}]
dependents:
- {id: ward/doors, name: {en: CANARY doors, fr: CANARY portes}, regions: [xx-campus], needs: [{all: [own/switch]}], source: memo}
- {id: shop/sales, name: {en: CANARY sales, fr: CANARY ventes}, regions: [xx], confidence: assumed}
`)
	full := mustLoad(t, july2022, small(), over)
	for _, n := range full.Nodes() {
		if own := strings.Contains(n.Name.EN, "CANARY"); n.Private != own {
			t.Errorf("%s: private %v, of the overlay %v", n.ID, n.Private, own)
		}
	}
	if !full.Organisation("ward").Private || full.Organisation("shop").Private {
		t.Error("an organisation of an overlay is private, one of the base isn't")
	}
	public := mustPublic(t, small(), over)
	if text := everything(public); strings.Contains(text, "CANARY") {
		t.Errorf("the public edition tells of private things:\n%s", text)
	}
	if below := mustLoad(t, july2022, small()); public.Digest() != below.Digest() {
		t.Error("the public edition is not the base")
	}
	if full.Digest() == public.Digest() {
		t.Error("the overlay added nothing: the test does nothing")
	}
}

// TestPrivateIsAWord: it can be said of any entry, either way, in any layer.
func TestPrivateIsAWord(t *testing.T) {
	over := layer(`
organisations: [{id: ward, private: false, name: {en: Ward, fr: Unité}, confidence: assumed}]
dependents:
- {id: ward/open, private: false, name: {en: Open, fr: Ouvert}, regions: [xx], needs: [{all: [red/voice]}], confidence: assumed}
- {id: ward/closed, private: true, name: {en: Closed, fr: Fermé}, regions: [xx], confidence: assumed}
- {id: ward/silent, name: {en: Silent, fr: Muet}, regions: [xx], confidence: assumed}
`)
	ids := func(e *Edition) (found []string) {
		for _, n := range e.Nodes() {
			if n.Owner() == "ward" {
				found = append(found, fmt.Sprint(n.ID, n.Private))
			}
		}
		return found
	}
	if got, want := ids(mustLoad(t, july2022, small(), over)), []string{"ward/closedtrue", "ward/openfalse", "ward/silenttrue"}; !slices.Equal(got, want) {
		t.Errorf("whole: %v, want %v", got, want)
	}
	if got, want := ids(mustPublic(t, small(), over)), []string{"ward/openfalse"}; !slices.Equal(got, want) {
		t.Errorf("public: %v, want %v", got, want)
	}
	// In the base it is the other way round.
	text, err := fs.ReadFile(small(), "dependents.yaml")
	if err != nil {
		t.Fatal(err)
	}
	base := fstest.MapFS{}
	maps.Copy(base, files(t, small()))
	base["dependents.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(string(text), "- id: shop/sales", "- id: shop/sales\n  private: true", 1))}
	if mustPublic(t, base).Node("shop/sales") != nil || !mustLoad(t, july2022, base).Node("shop/sales").Private {
		t.Error("private: true in the base doesn't hide it")
	}
}

// TestPublicRestsOnPublic: what is published can't be explained by what isn't.
func TestPublicRestsOnPublic(t *testing.T) {
	over := layer(`
organisations:
- {id: ward, private: false, name: {en: Ward, fr: Unité}, confidence: assumed}
dependents:
- {id: ward/secret, name: {en: S, fr: S}, regions: [xx], confidence: assumed}
- {id: ward/open, private: false, name: {en: O, fr: O}, regions: [xx], confidence: assumed, needs: [{all: [ward/secret]}]}
`)
	mustLoad(t, july2022, small(), over)
	_, err := Public(small(), day(july2022), over)
	var ps Problems
	if !errors.As(err, &ps) || len(ps) != 1 || ps[0].Line != 6 || !strings.Contains(ps[0].Text, `"ward/secret" is private`) || !strings.Contains(ps[0].Cure, "private: true here") {
		t.Errorf("error %v", err)
	}
	_, err = Load(layer("services: [{id: sms, private: maybe, name: {en: a, fr: b}}]"), day(july2022))
	if !errors.As(err, &ps) || !strings.Contains(ps.Error(), "bad.yaml:1: expected true or false") {
		t.Errorf("error %v", err)
	}
}
