package feed_test

import (
	"testing"

	"tocsin/feed"
)

func TestPrefixes(t *testing.T) {
	for want, p := range map[string]feed.V4{
		"0.0.0.0/0":       0,
		"10.1.2.0/24":     0x0a010200<<8 | 24,
		"192.0.2.255/32":  0xc00002ff<<8 | 32,
		"255.255.255.0/9": 0xffffff00<<8 | 9, // not ours to judge
	} {
		if got := p.Prefix().String(); got != want {
			t.Errorf("%#x is %s, want %s", uint64(p), got, want)
		}
	}
	for want, p := range map[string]feed.V6{
		"::/0":                     {},
		"2001:db8::/32":            {Hi: 0x20010db8 << 32, Bits: 32},
		"2001:db8::1/128":          {Hi: 0x20010db8 << 32, Lo: 1, Bits: 128},
		"::ffff:ffff:ffff:ffff/65": {Lo: 0xffffffffffffffff, Bits: 65},
	} {
		if got := p.Prefix().String(); got != want {
			t.Errorf("%+v is %s, want %s", p, got, want)
		}
	}
}
