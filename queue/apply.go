package queue

import (
	"fmt"

	"github.com/stockhand/stockhand/agent"
)

// apply brings the views up to a row that was appended. Write and Replay both
// come through here. What a row does depends on the row and on earlier rows
// alone, never on a clock or on a table that is not a view of the log.
func (l *ledger) apply(r agent.Record) error {
	if r.Scan != nil {
		return l.applyScan(r.Scan)
	}
	apply, known := appliers[r.Event.Kind]
	if !known || r.Event.V != 1 {
		return fault("event", "A fact of a kind that this version does not know cannot be stored.",
			fmt.Errorf("%s version %d", r.Event.Kind, r.Event.V))
	}
	return apply(l, *r.Event)
}

// appliers holds what each kind of event does to the views.
var appliers = map[agent.Kind]func(*ledger, agent.Event) error{
	agent.RunStarted:         nothing,
	agent.ClockStepped:       with((*ledger).stepClock),
	agent.CatalogImported:    nothing,
	agent.CatalogChanged:     nothing,
	agent.CountOpened:        with((*ledger).openCount),
	agent.CountChanged:       with((*ledger).changeCount),
	agent.CountWidened:       with((*ledger).widenCount),
	agent.PassOpened:         with((*ledger).openPass),
	agent.PassMoved:          with((*ledger).placePass),
	agent.PassClosed:         with((*ledger).closePass),
	agent.UncountedDecided:   nothing,
	agent.RecountAsked:       with((*ledger).askRecount),
	agent.BookStated:         with((*ledger).stateBooks),
	agent.MovementsReceived:  with((*ledger).receiveMovements),
	agent.AdjustmentApproved: with((*ledger).approve),
	agent.DeliveryChanged:    with((*ledger).changeDelivery),
	agent.RequestPlanned:     with((*ledger).planRequest),
	agent.RequestAttempted:   with((*ledger).attemptRequest),
	agent.RequestOutcome:     with((*ledger).answerRequest),
	agent.AccessGranted:      with((*ledger).grantAccess),
	agent.AccessRevoked:      with((*ledger).revokeAccess),
	agent.DevicePaired:       with((*ledger).pairDevice),
	agent.DeviceUnpaired:     with((*ledger).unpairDevice),
	agent.PersonAdded:        with((*ledger).addPerson),
	agent.PersonChanged:      with((*ledger).changePerson),
	agent.PersonRemoved:      with((*ledger).removePerson),
	agent.PersonSignedIn:     with((*ledger).signIn),
	agent.PersonSignedOut:    with((*ledger).signOut),
	agent.CountClassed:       with((*ledger).classify),
	agent.BarcodeTaught:      with((*ledger).teach),
	agent.BarcodeForgotten:   with((*ledger).forget),
	agent.DamagedAsked:       with((*ledger).askDamaged),
	agent.DamagedMoved:       with((*ledger).moveDamaged),
	agent.UploadPaused:       with((*ledger).pauseUpload),
	agent.UploadResumed:      with((*ledger).resumeUpload),
}

func nothing(*ledger, agent.Event) error { return nil }

// with decodes an event's payload for the function that applies it.
func with[T any](apply func(*ledger, agent.Event, T) error) func(*ledger, agent.Event) error {
	return func(l *ledger, e agent.Event) error {
		payload, err := agent.Decode[T](e)
		if err != nil {
			return fault("event", "A fact could not be read back.", err)
		}
		return apply(l, e, payload)
	}
}
