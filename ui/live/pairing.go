package live

// pairing returns how the pairing of a scanner goes.
func (h *Hub) pairing() Pairing {
	if h.options.Pairing == nil {
		return Pairing{}
	}
	return h.options.Pairing()
}

func (h *Hub) snapPairing() *snapshot {
	return &snapshot{values: map[string]any{"state": h.pairing()}}
}
