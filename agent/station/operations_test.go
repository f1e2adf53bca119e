package station

import (
	"maps"
	"slices"
)

// Operations names everything that can be asked of a station by itself.
func (s *Station) Operations() []string { return slices.Sorted(maps.Keys(s.operations())) }
