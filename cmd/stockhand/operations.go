package main

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/stockhand/stockhand/agent"
	"github.com/stockhand/stockhand/agent/station"
)

// addOperations adds what lies outside the station to what can be asked of the
// agent. Like the station's own, each operation states the right it needs.
func (w *works) addOperations() {
	w.addPairing()
	w.station.Handle("upload.now", operation(agent.MayApprove, w.uploadNow))
	w.station.Handle("upload.pause", operation(agent.MayApprove, w.pauseUpload))
	w.station.Handle("upload.resume", operation(agent.MayApprove, w.resumeUpload))
	w.station.Handle("upload.export", operation(agent.MayManage, w.uploadExport))
	w.station.Handle("upload.status", operation(agent.MayManage, w.uploadStatus))
	w.station.Handle("upload.dry-run", operation(agent.MayApprove, w.uploadDryRun))
	w.station.Handle("upload.check", operation(agent.MayManage, w.uploadCheck))
	w.station.Handle("upload.take-over", operation(agent.MayAdmin, w.uploadTakeOver))
	w.station.Handle("simulation.turn", operation(agent.MayManage, w.simulationTurn))
	w.station.Handle("count.open-list", w.withList("count.open"))
	w.station.Handle("count.check-list", w.withList("count.check"))
	w.station.Handle("catalog.import", operation(agent.MayAdmin, w.catalogImport))
	w.station.Handle("catalog.sync", operation(agent.MayAdmin, w.catalogSync))
	w.station.Handle("catalog.state", operation(agent.MayManage, w.catalogState))
	w.station.Handle("catalog.export", operation(agent.MayManage, w.catalogExport))
	w.station.Handle("catalog.items", operation(agent.MayManage, w.catalogItems))
	w.station.Handle("count.report", operation(agent.MayManage, w.countReport))
	w.station.Handle("damage.state", operation(agent.MayCount, w.damageState))
	w.station.Handle("damage.acknowledge", operation(agent.MayManage, w.damageAcknowledge))
	w.station.Handle("devices.states", operation(agent.MayCount, w.devicesStates))
	w.station.Handle("devices.watch", operation(agent.MayCount, w.devicesWatch))
	w.station.Handle("doctor.run", operation(agent.MayManage, w.doctorRun))
	w.station.Handle("doctor.state", operation(agent.MayManage, w.doctorState))
	w.station.Handle("doctor.count", operation(agent.MayManage, w.doctorCount))
	w.station.Handle("doctor.live-checks", operation(agent.MayManage, w.doctorLive))
	w.station.Handle("sheet.codes", operation(agent.MayCount, w.sheetCodes))
}

// nothing is the arguments, or the result, of an operation that has none.
type nothing struct{}

// operation makes a handler of a function: who lacks the right is refused, and
// arguments that the function does not know are too.
func operation[A, R any](right agent.Right, do func(ctx context.Context, caller agent.Caller, args A) (R, error)) station.Handler {
	return func(ctx context.Context, caller agent.Caller, _ string, text json.RawMessage) (any, error) {
		if err := caller.Require(right); err != nil {
			return nil, err
		}
		var args A
		if len(bytes.TrimSpace(text)) > 0 {
			decoder := json.NewDecoder(bytes.NewReader(text))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(&args); err != nil {
				return nil, &agent.Error{
					Code: "bad_arguments", Class: agent.Refuse, What: "The request can not be understood.",
					Means: "Nothing was changed.", Do: "Check the names and types of its fields.", Err: err,
				}
			}
		}
		return do(ctx, caller, args)
	}
}
