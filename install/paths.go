package install

// Paths are the places a machine keeps the agent's things in.
type Paths struct {
	Config  string // the configuration file
	Data    string // the folder of the queue, its backups and, on Windows, the logs
	Secrets string // a folder only the agent and administrators can read; the agent may write it

	// Credentials is a folder the service manager fills with secrets that an
	// administrator provides; read-only, and empty if there is none. What it
	// holds goes before what is in Secrets.
	Credentials string
}
