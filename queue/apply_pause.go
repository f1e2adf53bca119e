package queue

import "github.com/stockhand/stockhand/agent"

// pauseUpload keeps a pause. One that is made while another holds stands for it.
func (l *ledger) pauseUpload(e agent.Event, f agent.PauseFact) error {
	if err := l.exec("DELETE FROM upload_pause"); err != nil {
		return err
	}
	return l.exec("INSERT INTO upload_pause (seq, at, by, why) VALUES (?, ?, ?, ?)", int64(e.Seq), at(e.At), joinActor(e.Actor), f.Why)
}

func (l *ledger) resumeUpload(agent.Event, agent.PauseFact) error {
	return l.exec("DELETE FROM upload_pause")
}

func (v *view) UploadPause() (agent.UploadPause, bool, error) {
	return get(v, func(r row) (p agent.UploadPause, err error) {
		var by string
		err = r.Scan(instant{&p.Since}, &by, &p.Why)
		p.By = splitActor(by)
		return p, err
	}, "SELECT at, by, why FROM upload_pause")
}
