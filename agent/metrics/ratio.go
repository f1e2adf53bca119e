package metrics

// ratio finds the least and the greatest value of a sum divided by another over all
// quantities that may have been expected. Both sums are over the same items, so that
// their ends must not be mixed: what makes the one large may make the other large.
//
// part must be nothing or grow with the distance from the counted quantity, and whole not decrease
// with the expected one. A value is an end if no item could move it further: it is
// approached step by step, each of which chooses for every item what moves the
// present value most. Few steps are needed.
func ratio(items []*Item, part, whole func(i *Item, expected int64) int64) Ratio {
	at := func(pick func(*Item) int64) float64 {
		var p, w int64
		for _, i := range items {
			b := pick(i)
			p, w = p+part(i, b), w+whole(i, b)
		}
		return float64(p) / float64(w)
	}
	var least int64
	for _, i := range items {
		least += whole(i, i.Expected.Lo)
	}
	if least <= 0 {
		return Ratio{} // it may be a division by nothing
	}
	towards := func(value, sign float64, ends func(*Item) [2]int64) float64 {
		for range maxSteps {
			next := at(func(i *Item) int64 {
				two := ends(i)
				gain := func(b int64) float64 { return sign * (float64(part(i, b)) - value*float64(whole(i, b))) }
				if gain(two[1]) > gain(two[0]) {
					return two[1]
				}
				return two[0]
			})
			if sign*next <= sign*value {
				break
			}
			value = next
		}
		return value
	}
	start := at((*Item).best)
	return Ratio{
		Lo:    towards(start, -1, func(i *Item) [2]int64 { return [2]int64{i.best(), i.Expected.Hi} }),
		Hi:    towards(start, +1, func(i *Item) [2]int64 { return [2]int64{i.Expected.Lo, i.Expected.Hi} }),
		Known: true,
	}
}

// maxSteps bounds the steps for numbers that differ by less than a float can say.
const maxSteps = 64
