package agent

// ActorKind says what kind of being caused a row.
type ActorKind string

// The kinds of actor.
const (
	PersonActor  ActorKind = "person"  // somebody who signed in or scanned a badge, or has an account of this computer
	BrowserActor ActorKind = "browser" // a paired browser or program, at which nobody has signed in
	DeviceActor  ActorKind = "device"
	SystemActor  ActorKind = "system"
)

// Actor is whoever caused a row of the log. Every row has one.
type Actor struct {
	Kind ActorKind `json:"kind"`
	// ID is stable: a person's, a device's, or the name of a part of the agent.
	ID string `json:"id"`
}

// System returns the actor for a part of the agent itself, such as "upload".
func System(part string) Actor { return Actor{Kind: SystemActor, ID: part} }

// Role is what a person or a paired device may do. Roles are ordered by what
// Caller.May grants, not by rank.
type Role string

// The roles.
const (
	Counter Role = "counter"
	Manager Role = "manager"
	POS     Role = "pos"
	Admin   Role = "admin"
)

// Caller is who asks for a command, with the role that was proven for this
// conversation.
type Caller struct {
	Actor Actor
	Role  Role
	// Origin names the conversation's paired device or "local" for the local
	// socket. Command ids are unique within an origin.
	Origin string
	// Access is the access by which it asks, if it does: what may be done with it, and by
	// whom, is looked at again before each command.
	Access string
}

// Right is one thing a caller may be allowed to do.
type Right string

// The rights.
const (
	MayCount   Right = "count"   // scan, type quantities, undo, open and close passes
	MayManage  Right = "manage"  // open, close, cancel counts; ask for recounts; see expected quantities
	MayApprove Right = "approve" // approve variances, decide conflicts, start uploads
	MayAdmin   Right = "admin"   // import the catalogue, grant access
	MayTell    Right = "tell"    // tell what was sold or moved otherwise
)

var rights = map[Role][]Right{
	Counter: {MayCount},
	Manager: {MayCount, MayManage, MayApprove},
	Admin:   {MayCount, MayManage, MayApprove, MayAdmin, MayTell},
	POS:     {MayTell},
}

// May reports whether the caller's role grants right.
func (c Caller) May(right Right) bool {
	for _, r := range rights[c.Role] {
		if r == right {
			return true
		}
	}
	return false
}

// Require returns nil if the caller has right, otherwise a Refuse error.
func (c Caller) Require(right Right) error {
	if c.May(right) {
		return nil
	}
	return &Error{
		Code: "forbidden", Class: Refuse,
		What:  "The role " + string(c.Role) + " does not include the right to " + string(right) + ".",
		Means: "Nothing was changed.",
		Do:    "Sign in with a role that has this right, or ask somebody who has it.",
	}
}
