package station

import (
	"strconv"

	"github.com/stockhand/stockhand/agent"
)

func quote(s string) string { return strconv.Quote(s) }

func refuse(code, what, do string) error {
	return &agent.Error{Code: code, Class: agent.Refuse, What: what, Means: "Nothing was changed.", Do: do}
}

func clash(code, what, do string) error {
	return &agent.Error{Code: code, Class: agent.Clash, What: what, Means: "Nothing was changed.", Do: do}
}

func missing(code, what string) error {
	return &agent.Error{Code: code, Class: agent.Missing, What: what, Means: "Nothing was changed.", Do: "Check the name, or look at the list."}
}

func findCount(v agent.View, id agent.CountID) (agent.Count, error) {
	count, found, err := v.Count(id)
	if err == nil && !found {
		err = missing("no_count", "There is no count "+quote(string(id))+".")
	}
	return count, err
}
