package layout

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// complaints is how many agent/COMPLAINTS.md answers.
const complaints = 48

var proof = regexp.MustCompile("`([^`:]+): ([^`]+)`")

// unproven returns what is wrong with a list of complaints: one that is missing, one
// without a test or a word why, and tests that do not exist.
func unproven(dir, list string) (wrong []string) {
	next := 1
	for line := range strings.Lines(list) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if len(cells) != 5 || strings.TrimSpace(cells[0]) != fmt.Sprint(next) {
			continue
		}
		proofs := proof.FindAllStringSubmatch(cells[4], -1)
		if rest := strings.TrimSpace(proof.ReplaceAllString(cells[4], "")); rest != "" {
			wrong = append(wrong, fmt.Sprintf("complaint %d: %q names no test: it is written `folder: TestName`, or `file.test.mjs: what it says`", next, rest))
		}
		if len(proofs) == 0 && !strings.Contains(cells[3], "No test") {
			wrong = append(wrong, fmt.Sprintf("complaint %d has neither a test nor a word why", next))
		}
		for _, p := range proofs {
			if why := missing(filepath.Join(dir, p[1]), p[2]); why != "" {
				wrong = append(wrong, fmt.Sprintf("complaint %d: %s", next, why))
			}
		}
		next++
	}
	if next != complaints+1 {
		wrong = append(wrong, fmt.Sprintf("complaint %d of %d is missing", next, complaints))
	}
	return wrong
}

// missing says why a test is not where it is said to be. It is empty if it is there.
func missing(path, name string) string {
	files, what := []string{path}, "test('"+name+"'"
	if filepath.Ext(path) != ".mjs" {
		files, _ = filepath.Glob(filepath.Join(path, "*_test.go"))
		var script string
		if name, script, _ = strings.Cut(name, "/"); script != "" {
			if _, err := os.Stat(filepath.Join(path, "testdata", script+".txtar")); err != nil {
				return fmt.Sprintf("there is no script %s in %s", script, path)
			}
		}
		what = "\nfunc " + name + "(t *testing.T)"
	}
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil && strings.Contains(string(text), what) {
			return ""
		}
	}
	return fmt.Sprintf("there is no test %q in %s", name, path)
}

func TestEachComplaintHasItsTest(t *testing.T) {
	dir := root(t)
	list, err := os.ReadFile(filepath.Join(dir, "agent", "COMPLAINTS.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range unproven(dir, string(list)) {
		t.Error(wrong)
	}
}

// The check of the complaints must be able to fail.
func TestAComplaintWithoutATestIsNoticed(t *testing.T) {
	dir := root(t)
	const good = "`install/layout: TestNoFileIsTooLong`"
	for name, tt := range map[string]struct{ here, test, want string }{
		"a test that is not there":      {"It is.", "`install/layout: TestNoFileIsToo`", "complaint 1: there is no test"},
		"a folder that is not there":    {"It is.", "`install/nowhere: TestNoFileIsTooLong`", "complaint 1: there is no test"},
		"a script that is not there":    {"It is.", "`cmd/stockhand: TestScripts/nothing`", "complaint 1: there is no script"},
		"a browser's that is not there": {"It is.", "`ui/browsertest/day.test.mjs: nothing`", "complaint 1: there is no test"},
		"one of two":                    {"It is.", good + " `install/layout: TestNothing`", "complaint 1: there is no test"},
		"no name":                       {"It is.", good + " and others", "names no test"},
		"nothing":                       {"It is.", "", "neither a test nor a word why"},
		"all but the first":             {"It is.", good, "complaint 2 of 48 is missing"},
		"a word why":                    {"No test: it is not built.", "", "complaint 2 of 48 is missing"},
	} {
		wrong := unproven(dir, fmt.Sprintf("| 1 | It is wrong. | somewhere | %s | %s |\n", tt.here, tt.test))
		if !strings.Contains(strings.Join(wrong, "\n"), tt.want) || strings.HasPrefix(tt.want, "complaint 2") && len(wrong) != 1 {
			t.Errorf("%s: %q, want %q", name, wrong, tt.want)
		}
	}
}
