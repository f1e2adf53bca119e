package scanner

import "testing"

func TestAPrefixIsTakenOffAndNothingElse(t *testing.T) {
	for name, tt := range map[string]struct{ prefix, raw, want string }{
		"none set":                  {"", "TILL2>4006381333931", "TILL2>4006381333931"},
		"before the code":           {"TILL2>", "TILL2>4006381333931", "4006381333931"},
		"before the AIM identifier": {"TILL2>", "TILL2>]E04006381333931", "]E04006381333931"},
		"after the AIM identifier":  {"TILL2>", "]E0TILL2>4006381333931", "]E04006381333931"},
		"not sent":                  {"TILL2>", "4006381333931", "4006381333931"},
		"inside the code":           {"40", "]E0774006381333931", "]E0774006381333931"},
		"the code begins like it":   {"A", "AA12", "A12"},
		"nothing but the prefix":    {"TILL2>", "TILL2>", "TILL2>"},
		"longer than the code":      {"TILL2>", "TI", "TI"},
		"an identifier and no more": {"X", "]E0", "]E0"},
	} {
		t.Run(name, func(t *testing.T) {
			sent := Frame{Raw: []byte(tt.raw), Length: len(tt.raw)}
			got := sent.without(tt.prefix)
			if string(got.Raw) != tt.want || got.Length != len(tt.want) {
				t.Errorf("%q of %d bytes, want %q", got.Raw, got.Length, tt.want)
			}
			if string(sent.Raw) != tt.raw {
				t.Errorf("what was sent became %q", sent.Raw)
			}
		})
	}
}
