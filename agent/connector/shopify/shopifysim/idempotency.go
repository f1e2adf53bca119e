package shopifysim

import "time"

// keyLife is how long a key is remembered after its first request.
const keyLife = 24 * time.Hour

// attempt is what the shop remembers of an idempotency key.
type attempt struct {
	fingerprint string // of the mutation and its parameters
	at          time.Time
	running     bool
	payload     object
	failed      bool
}

// claim looks a key up and remembers it if it is new. It returns the payload to
// answer with, or nil where the mutation is to be carried out.
func (s *Shop) claim(key, fingerprint string) object {
	now := s.options.Now()
	earlier := s.keys[key]
	switch {
	case earlier == nil || !now.Before(earlier.at.Add(keyLife)):
		s.keys[key] = &attempt{fingerprint: fingerprint, at: now, running: true}
		return nil
	case earlier.fingerprint != fingerprint:
		return s.refused("IDEMPOTENCY_KEY_PARAMETER_MISMATCH", "The key was used with other parameters.")
	case earlier.running:
		return s.refused("IDEMPOTENCY_CONCURRENT_REQUEST", "A request with this key is still being carried out.")
	case earlier.failed && !s.options.ReplayFailures:
		return s.refused("IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED", "An earlier request with this key failed. Use another key.")
	}
	s.counters.Replayed++
	return earlier.payload
}

func (s *Shop) refused(code, message string) object {
	s.counters.Rejected++
	return payload(nil, userError{code: code, message: message})
}

// settle remembers what came of a claimed key.
func (s *Shop) settle(key string, result object, failed bool) {
	claimed := s.keys[key]
	claimed.running, claimed.payload, claimed.failed = false, result, failed
}

// userError is an error of a mutation that the schema foresees.
type userError struct {
	code, message string
	field         []string
}

// payload is the result of a mutation. A nil group is a null.
func payload(group object, errors ...userError) object {
	listed := []object{}
	for _, e := range errors {
		one := object{"code": e.code, "message": e.message, "field": nil}
		if e.field != nil {
			one["field"] = e.field
		}
		listed = append(listed, one)
	}
	return object{"inventoryAdjustmentGroup": group, "userErrors": listed}
}

// fingerprint is equal for equal parameters: JSON sorts the keys of a map.
func fingerprint(mutation string, input map[string]any) string {
	return mutation + string(encode(input))
}
