package doctor

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stockhand/stockhand/agent"
)

func says(severity agent.Severity, code string) func(context.Context) []agent.Finding {
	return func(context.Context) []agent.Finding {
		return []agent.Finding{{Severity: severity, Code: code, What: code}}
	}
}

func codes(found []agent.Finding) (all []string) {
	for _, f := range found {
		all = append(all, f.Code)
	}
	return all
}

func TestTheWorstComesFirst(t *testing.T) {
	r := Run(t.Context(), time.Now(), []Check{
		{Name: "1", Look: says(agent.Fine, "a")},
		{Name: "2", Look: says(agent.Warning, "b")},
		{Name: "3", Look: says(agent.Broken, "c")},
		{Name: "4", Look: says(agent.Warning, "d")},
		{Name: "5", Look: says(agent.Broken, "c")},
		{Name: "6", Look: func(context.Context) []agent.Finding { return nil }},
	}, nil)
	if got := codes(r.Findings); !slices.Equal(got, []string{"c", "b", "d", "a"}) || r.Severity != agent.Broken {
		t.Errorf("told %q, in all %s", got, r.Severity)
	}
}

func TestNothingWrongIsFine(t *testing.T) {
	if r := Run(t.Context(), time.Now(), []Check{{Name: "1", Look: says(agent.Fine, "a")}}, nil); r.Severity != agent.Fine {
		t.Errorf("it is %s", r.Severity)
	}
}

// A check that panics, hangs or comes late is a finding, and the others go on; what it
// would have left for others is not used.
func TestACheckThatFailsDoesNotEndTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := []string{}
		keep := func(name string) func() { return func() { kept = append(kept, name) } }
		deaf := make(chan struct{})
		r := Run(t.Context(), time.Now(), []Check{
			{Name: "deaf", Limit: time.Second, Keep: keep("deaf"), Look: func(context.Context) []agent.Finding { <-deaf; return nil }},
			{Name: "wild", Keep: keep("wild"), Look: func(context.Context) []agent.Finding { panic("no map") }},
			{Name: "good", Keep: keep("good"), Look: says(agent.Fine, "good")},
		}, nil)
		close(deaf)
		if got := codes(r.Findings); !slices.Equal(got, []string{"doctor.unfinished", "doctor.failed", "good"}) {
			t.Errorf("told %q", got)
		}
		if !strings.Contains(r.Findings[0].What, "deaf") || !strings.Contains(r.Findings[1].Evidence[0], "no map") {
			t.Errorf("told %+v", r.Findings)
		}
		if !slices.Equal(kept, []string{"wild", "good"}) {
			t.Errorf("kept %q", kept)
		}
	})
}

func TestWhatThereIsNoTimeForIsNamed(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	ran := false
	r := Run(ctx, time.Now(), []Check{
		{Name: "first", Look: func(context.Context) []agent.Finding { cancel(); return nil }},
		{Name: "second", Look: func(context.Context) []agent.Finding { ran = true; return nil }},
	}, nil)
	if ran || !strings.Contains(r.Findings[len(r.Findings)-1].What, "second") {
		t.Errorf("told %+v", r.Findings)
	}
}

func TestProgressIsToldBeforeEachCheckAndAtTheEnd(t *testing.T) {
	var told []Progress
	Run(t.Context(), time.Now(), []Check{{Title: "one", Look: says(agent.Fine, "a")}, {Title: "two", Look: says(agent.Fine, "b")}}, func(p Progress) { told = append(told, p) })
	if want := []Progress{{0, 2, "one"}, {1, 2, "two"}, {2, 2, ""}}; !slices.Equal(told, want) {
		t.Errorf("told %v", told)
	}
}
