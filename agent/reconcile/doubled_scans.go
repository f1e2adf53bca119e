package reconcile

// scansAgain finds shelves of fewer items: twelve scans that came before, run by run.
func (d *detector) scansAgain(s *sequence) {
	known := map[uint64]int32{}
	for i := 0; i < len(s.runs); i++ {
		if s.seen[i] {
			continue
		}
		forwards, n := s.scans(i, +1)
		backwards, m := s.scans(i, -1)
		if j, found := known[backwards]; found && m > 0 && s.alike(int(j), i, m, -1) {
			i = d.further(s, int(j), i, m, -1)
			continue
		}
		if n == 0 {
			continue
		}
		if j, found := known[forwards]; found && s.alike(int(j), i, n, +1) {
			i = d.further(s, int(j), i, n, +1)
			continue
		}
		known[forwards] = int32(i)
	}
}

// further follows twelve scans that came again as far as they did, tells of them, and
// returns the last run. j and i are where they begin, n is how many runs they are.
func (d *detector) further(s *sequence, j, i, n, step int) (last int) {
	alike := func(a, b int) bool {
		return a >= 0 && b < len(s.runs) && s.runs[a].item != broken &&
			s.runs[a].item == s.runs[b].item && s.runs[a].scans == s.runs[b].scans
	}
	if step < 0 {
		for ; alike(j-1, i+1); n++ {
			j, i = j-1, i+1
		}
		d.again(s, repeat{from: i - n + 1, earlier: j + n - 1, length: n, backwards: true})
		return i
	}
	for alike(j+n, i+n) && j+n < i {
		n++
	}
	d.again(s, repeat{from: i, earlier: j, length: n})
	return i + n - 1
}

// scans returns what the twelve scans from run i on are, and of how many runs: each
// of a different item, more than one and fewer than five of them.
func (s *sequence) scans(i, step int) (key uint64, runs int) {
	left := int32(leastScans)
	for ; left > 0; i, runs = i+step, runs+1 {
		if i < 0 || i >= len(s.runs) || s.runs[i].item == broken || s.runs[i].scans == 0 || runs == leastItems {
			return 0, 0
		}
		for k := 1; k <= runs; k++ {
			if s.runs[i-step*k].item == s.runs[i].item {
				return 0, 0
			}
		}
		n := min(left, s.runs[i].scans)
		key, left = mix(mix(key, uint64(s.runs[i].item)), uint64(n)), left-n
	}
	if runs < 2 {
		return 0, 0
	}
	return key, runs
}

// alike reports whether twelve scans from run j on are those from run i on. The last
// run may be longer. Where a walk turned round they share it, and each has half.
func (s *sequence) alike(j, i, n, step int) bool {
	for k := range n {
		a, b := s.runs[j+k], s.runs[i+step*k]
		if a.item != b.item || k < n-1 && a.scans != b.scans {
			return false
		}
		if j+k == i+step*k && (k < n-1 || a.scans%2 != 0) {
			return false
		}
	}
	return true
}
