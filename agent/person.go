package agent

import (
	"crypto/pbkdf2"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// PersonID is what a person is called in the log: the name under which somebody was
// added. It is never given to anybody else.
type PersonID string

// Person is somebody who works here.
type Person struct {
	ID   PersonID `json:"id"`
	Name string   `json:"name"`
	Role Role     `json:"role"`
	// PIN and Badge prove who somebody is. Only their salted hashes are kept, as Proof
	// writes them; empty where there is none.
	PIN   string    `json:"pin,omitempty"`
	Badge string    `json:"badge,omitempty"`
	Added time.Time `json:"added,omitzero"`
}

// Actor is the person as who caused a row.
func (p Person) Actor() Actor { return Actor{Kind: PersonActor, ID: string(p.ID)} }

// The kinds of event that concern people.
const (
	PersonAdded     Kind = "person.added"      // Person
	PersonChanged   Kind = "person.changed"    // Person
	PersonRemoved   Kind = "person.removed"    // PersonFact
	PersonSignedIn  Kind = "person.signed-in"  // SignIn
	PersonSignedOut Kind = "person.signed-out" // AccessFact
)

// PersonFact takes a person away. What the person did stays.
type PersonFact struct {
	Person PersonID `json:"person"`
}

// SignIn tells that a person uses a browser now, instead of whoever did before.
type SignIn struct {
	Access string   `json:"access"`
	Person PersonID `json:"person"`
	By     SignedBy `json:"by"`
}

// SignedBy is how somebody said who it is.
type SignedBy string

// How somebody can say who it is.
const (
	ByPIN   SignedBy = "pin"
	ByBadge SignedBy = "badge"
)

// PeopleView is what can be read about people.
type PeopleView interface {
	// People returns who works here, by name.
	People() ([]Person, error)
	// PersonEver also finds somebody who was removed; here is false then.
	PersonEver(id PersonID) (p Person, here, found bool, err error)
	// PersonByBadge returns whose badge it is, by what the badge says after its
	// prefix: the value of a code of the kind barcode.Badge.
	PersonByBadge(value string) (Person, bool, error)
	// CountedBy returns who counted an item in a count and who else decided what was
	// counted, in every round, by bin and round. It is the one rule of that: figures and
	// histories follow it.
	CountedBy(count CountID, item ItemID) ([]CountedBy, error)
	// Access returns an access that was not taken away.
	Access(id string) (Access, bool, error)
	// SignedIn returns who uses a browser, and how that was said.
	SignedIn(access string) (Person, SignedBy, bool, error)
}

// CountedBy is somebody who counted an item in a bin: who typed it, or scanned it,
// also where others said later what the scan was of. Where nothing was found it is everybody
// who was in the bin.
type CountedBy struct {
	Bin   Bin
	Round int64
	Actor Actor // a device where nobody knows who held it
	// Decided is true for who counted nothing of it, and had a hand in the number: who
	// undid what another entered, or took in a scan that was kept as a possible repeat.
	Decided bool
}

// OwnRecount marks a read of an item that its person counted first, where somebody
// else has to count it once more. Its value is stored: never renumber.
const OwnRecount ScanFlag = 1 << 19

// NotSigned marks a read of an item by nobody knows whom, where one person checks
// another. Its value is stored: never renumber.
const NotSigned ScanFlag = 1 << 20

// Working is who uses an access now.
type Working struct {
	Person Person
	By     SignedBy
}

// CallerOf is who asks by way of an access: its person, or nobody but the access, which
// is never taken for a person whatever it is called.
// Signing in never raises rights. A badge can be copied, so it says who counts, and
// does not let anybody manage.
func CallerOf(a Access, who *Working) Caller {
	c := Caller{Actor: Actor{Kind: BrowserActor, ID: a.Name}, Role: a.Role, Origin: a.ID, Access: a.ID}
	if a.Name == "" {
		c.Actor.ID = a.ID
	}
	if who == nil {
		return c
	}
	c.Actor, c.Role = who.Person.Actor(), Lower(a.Role, who.Person.Role)
	if who.By != ByPIN {
		c.Role = Lower(c.Role, Counter)
	}
	return c
}

// LocalAccount begins the id of a person who is known by an account of this computer and
// asks on the command line.
const LocalAccount = "local:"

// Somebody reports whether an actor is a person of whom it is known who that is, also if
// that person does not work here any more. Of what anybody else did nobody can tell
// whether two did it.
func Somebody(v PeopleView, who Actor) (bool, error) {
	if who.Kind != PersonActor || strings.HasPrefix(who.ID, LocalAccount) {
		return who.Kind == PersonActor, nil
	}
	_, _, ever, err := v.PersonEver(PersonID(who.ID))
	return ever, err
}

// NameForBrowser refuses a name by which a browser or program could be taken for a
// person or for an account of this computer.
func NameForBrowser(v PeopleView, name string) error {
	_, _, taken, err := v.PersonEver(PersonID(strings.Join(strings.Fields(name), " ")))
	if err == nil && (taken || strings.Contains(name, ":")) {
		err = &Error{
			Code: "bad_name", Class: Refuse, What: fmt.Sprintf("A browser or program can not be called %q: that would be taken for a person.", name),
			Means: "Nobody was let in.", Do: `Name it by its place, such as "Tablet by the door". People sign in at it by themselves.`,
		}
	}
	return err
}

// Lower returns the role that grants what both grant. Of two of which none contains
// the other it is none at all.
func Lower(a, b Role) Role {
	for _, pair := range [][2]Role{{a, b}, {b, a}} {
		if includes(pair[1], pair[0]) {
			return pair[0]
		}
	}
	return ""
}

// includes reports whether one role grants everything that another does.
func includes(more, less Role) bool {
	for _, right := range rights[less] {
		if !(Caller{Role: more}).May(right) {
			return false
		}
	}
	_, known := rights[less]
	return known
}

// How what proves a person is hashed. A PIN has few digits, so that its hash must be
// slow; a badge's code holds 80 random bits, to which a slow hash would add nothing.
//
// Source of the number: OWASP's password storage cheat sheet for PBKDF2-HMAC-SHA512.
const (
	pinRounds   = 210_000
	badgeRounds = 1
)

// PINProof is what is kept of a PIN. It takes a while.
func PINProof(pin string, salt []byte) string { return proof(pin, salt, pinRounds) }

// BadgeProof is what is kept of a badge's code.
func BadgeProof(value string, salt []byte) string { return proof(value, salt, badgeRounds) }

func proof(secret string, salt []byte, rounds int) string {
	key, err := pbkdf2.Key(sha512.New, secret, salt, rounds, sha512.Size)
	if err != nil {
		panic(fmt.Sprintf("agent: hash a secret: %v", err)) // only a wrong length could
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("pbkdf2-sha512$%d$%s$%s", rounds, b64(salt), b64(key))
}

// Proves reports whether a secret is the one of which kept is the hash.
func Proves(secret, kept string) bool {
	parts := strings.Split(kept, "$")
	if len(parts) != 4 || parts[0] != "pbkdf2-sha512" || secret == "" {
		return false
	}
	rounds, err := strconv.Atoi(parts[1])
	salt, bad := base64.RawStdEncoding.DecodeString(parts[2])
	if err != nil || bad != nil || rounds < 1 || rounds > 10*pinRounds {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(proof(secret, salt, rounds)), []byte(kept)) == 1
}

// The codes by which an access is refused that is not what it was when it said who it is.
const (
	CodeRevoked  = "revoked"
	CodeReplaced = "replaced"
)

// WorkingAt returns who uses an access; nil if nobody has signed in.
func WorkingAt(v PeopleView, access string) (*Working, error) {
	p, by, found, err := v.SignedIn(access)
	if err != nil || !found {
		return nil, err
	}
	return &Working{Person: p, By: by}, nil
}

// Same reports whether two say the same of an access.
func (w *Working) Same(o *Working) bool {
	if w == nil || o == nil {
		return w == o
	}
	return w.Person.ID == o.Person.ID && w.Person.Role == o.Person.Role && w.By == o.By
}
