package agent

import "time"

// The kinds of event about pauses of the upload.
const (
	UploadPaused  Kind = "upload.paused"  // PauseFact
	UploadResumed Kind = "upload.resumed" // PauseFact
)

// PauseFact tells that somebody paused the upload, or lets it go on.
type PauseFact struct {
	Why string `json:"why,omitempty"` // in that person's words
}

// UploadPause is a pause of the upload that somebody made. It holds, over every restart,
// until somebody ends it.
type UploadPause struct {
	Since time.Time `json:"since"`
	By    Actor     `json:"by"`
	Why   string    `json:"why,omitempty"`
}

// PauseView is what can be read of pauses.
type PauseView interface {
	// UploadPause returns the pause that holds now, if there is one.
	UploadPause() (UploadPause, bool, error)
}
