package sqlite

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/purserhq/purser/engine"
	"github.com/purserhq/purser/storage/sqlite/native"
)

// Options say how a store is opened.
type Options struct {
	Create   bool // make it, and its folder, if there is none
	ReadOnly bool // change nothing, not even the file's format
}

// applicationID marks a SQLite file as a store of ours: "PURS".
const applicationID = 0x50555253

//go:embed migrations/*.sql
var migrations embed.FS

// schemaVersion is the version of the schema that this build writes and reads:
// the number of its last migration.
var schemaVersion = func() int64 {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil { // the pattern is sound
		panic(err)
	}
	return int64(len(files))
}()

// patience is how many milliseconds SQLite itself waits for a lock, where the
// writer does not wait for it: when a log is recovered, or the format changed.
const patience = 5000

// Open opens the store at path. It fails with NotFound if there is none, with
// Invalid if the file is something else, and with Unavailable if the store
// cannot be used here or as it is; then nothing was changed. A store that can
// only be read is opened so: see [Store.ReadOnly].
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	return open(ctx, path, o, false)
}

func open(ctx context.Context, path string, o Options, loading bool) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, engine.Errorf(engine.Invalid, "%s is no path: %v", path, err)
	}
	s := &Store{path: path, loading: loading, readers: make(chan *native.Conn, readerCount), closed: make(chan struct{})}
	s.changed = newChanges(s)
	s.uri = (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
	if err := s.locate(o); err != nil {
		return nil, err
	}
	if err := s.recognise(o); err != nil {
		return nil, err
	}
	if s.readOnly == "" {
		conn, err := s.prepare(ctx)
		if err != nil {
			return nil, err
		}
		s.writer = newWriter(s, conn)
	}
	for range readerCount {
		s.readers <- nil
	}
	return s, nil
}

// locate finds out whether there is a file at the path, or makes an empty one,
// and whether it can be written.
func (s *Store) locate(o Options) error {
	info, err := os.Stat(s.path)
	missing := errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 && info.Mode().IsRegular()
	switch {
	case missing && (!o.Create || o.ReadOnly):
		return engine.Errorf(engine.NotFound, "there is no store at %s", s.path).Or("purser init makes one")
	case missing:
		return s.create()
	case err != nil:
		return unavailable(err, "the store at %s cannot be reached", s.path).Or("check who may read its folder")
	case info.IsDir():
		return engine.Errorf(engine.Invalid, "%s is a directory", s.path).
			Or("a store is a single file: %s, say", filepath.Join(s.path, "desk.db"))
	case !info.Mode().IsRegular():
		return engine.Errorf(engine.Invalid, "%s is no regular file", s.path).Or("a store is a single file")
	}
	if err := s.refuseNetwork(); err != nil {
		return err
	}
	switch {
	case o.ReadOnly:
		s.readOnly = "the store was opened for reading only"
	case !writable(s.path):
		s.readOnly = "you may not write to " + s.path
	case !writable(filepath.Dir(s.path)):
		s.readOnly = "you may not write to the folder " + filepath.Dir(s.path)
	}
	return nil
}

// create makes an empty file that nobody else may read, in a folder likewise.
func (s *Store) create() error {
	if err := os.MkdirAll(filepath.Dir(s.path), 0o700); err != nil {
		return unavailable(err, "the folder of %s cannot be made", s.path).Or("choose another place")
	}
	if err := s.refuseNetwork(); err != nil {
		return err
	}
	file, err := os.OpenFile(s.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return unavailable(err, "%s cannot be made", s.path).Or("choose another place")
	}
	return file.Close()
}

// refuseNetwork keeps stores off file systems whose locks cannot be relied on.
func (s *Store) refuseNetwork() error {
	if name := networkFileSystem(filepath.Dir(s.path)); name != "" {
		return engine.Errorf(engine.Unavailable,
			"%s is on a network file system (%s), where two writers can destroy a store", s.path, name).
			Or("keep the store on a local disk; reach it from elsewhere over SSH")
	}
	return nil
}

// recognise looks at what the file is without changing it.
func (s *Store) recognise(o Options) error {
	conn, err := s.look()
	if err != nil {
		return s.unreadable(err)
	}
	defer conn.Close()
	id, err := conn.Number("PRAGMA application_id")
	if err != nil {
		return s.unreadable(err)
	}
	version, err := conn.Number("PRAGMA user_version")
	if err != nil {
		return s.unreadable(err)
	}
	tables, err := conn.Number("SELECT count(*) FROM sqlite_schema")
	if err != nil {
		return s.unreadable(err)
	}
	switch {
	case id == 0 && tables == 0 && o.Create:
		return nil
	case id == loadingID && !s.loading:
		return engine.Errorf(engine.Unavailable, "the store at %s is still being loaded, and not whole yet", s.path).
			Or("finish what loads it; to be given again, it goes on where it stopped")
	case id == loadingID && version != schemaVersion:
		return engine.Errorf(engine.Unavailable, "the store at %s was begun by another version of purser", s.path).
			Or("remove it and begin anew")
	case id == loadingID:
		return nil
	case id != applicationID:
		return engine.Errorf(engine.Invalid, "%s is a database of another program", s.path).
			Or("name the file of a Purser store, or a new one")
	case version > schemaVersion:
		return engine.Errorf(engine.Unavailable,
			"the store at %s has format %d, and this purser knows formats up to %d", s.path, version, schemaVersion).
			Or("use the newer purser that wrote it")
	case version < schemaVersion && s.readOnly != "":
		return engine.Errorf(engine.Unavailable,
			"the store at %s has the old format %d and cannot be brought to %d, for %s",
			s.path, version, schemaVersion, s.readOnly).
			Or("open it once where it can be written")
	}
	return nil
}

// look opens the file for reading only. Where SQLite cannot even make the files
// that readers share, nobody writes either, and it is read as if on a CD.
func (s *Store) look() (*native.Conn, error) {
	conn, err := native.Open(s.uri, native.ReadOnly)
	if err == nil {
		conn.Patience(patience)
		if _, err = conn.Number("PRAGMA schema_version"); err == nil {
			return conn, nil
		}
		conn.Close()
	}
	log, statErr := os.Stat(s.path + "-wal")
	noLog := statErr != nil || log.Size() == 0
	if s.readOnly == "" || !noLog || !isCode(err, native.CantOpen) && !isCode(err, native.ReadOnlyDB) {
		return nil, err
	}
	s.uri += "?immutable=1"
	return native.Open(s.uri, native.ReadOnly)
}

// unreadable explains why the file could not be looked at.
func (s *Store) unreadable(err error) error {
	if isCode(err, native.NotADB) {
		return engine.Errorf(engine.Invalid, "%s is no Purser store", s.path).
			Or("name the file of a Purser store, or a new one; a damaged one is restored from a backup")
	}
	return fmt.Errorf("open %s: %w", s.path, explain(err))
}

// prepare opens the connection that writes and brings the store to our format.
func (s *Store) prepare(ctx context.Context) (*native.Conn, error) {
	conn, err := native.Open(s.uri, native.ReadWrite)
	if err != nil {
		return nil, s.unreadable(err)
	}
	conn.Patience(patience)
	if err = s.settle(ctx, conn); err != nil {
		conn.Close()
		return nil, s.unreadable(err)
	}
	conn.Patience(0) // the writer waits by itself
	return conn, nil
}

func (s *Store) settle(ctx context.Context, conn *native.Conn) error {
	mode, err := conn.Text("PRAGMA journal_mode = WAL")
	switch {
	case err != nil:
		return err
	case mode != "wal":
		return engine.Errorf(engine.Unavailable, "the file system of %s cannot hold a store (journal mode %s)",
			s.path, mode).Or("keep the store on a local disk")
	}
	err = conn.Script(everyConnection + fmt.Sprintf(`PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = %d;
		PRAGMA cache_size = -8192`, fullLog))
	if err != nil {
		return err
	}
	if err := migrate(ctx, conn); err != nil || !s.loading {
		return err
	}
	return beginLoading(conn)
}

// everyConnection is what all connections are told.
const everyConnection = `PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;`

// connect opens a connection that reads.
func (s *Store) connect() (*native.Conn, error) {
	flags := native.ReadWrite // what reads a log may have to recover it
	if s.readOnly != "" {
		flags = native.ReadOnly
	}
	conn, err := native.Open(s.uri, flags)
	if err != nil {
		return nil, err
	}
	conn.Patience(patience)
	if err := conn.Script(everyConnection + `PRAGMA cache_size = -1536; PRAGMA query_only = ON;`); err != nil {
		conn.Close()
		return nil, err
	}
	return conn, nil
}

// migrate runs the migrations that the file has not seen, all in one
// transaction, while other processes wait.
func migrate(ctx context.Context, conn *native.Conn) error {
	if err := lock(ctx, conn); err != nil {
		return err
	}
	version, err := conn.Number("PRAGMA user_version")
	if err == nil && version < schemaVersion {
		err = migrateFrom(conn, int(version))
	}
	if err == nil {
		err = conn.Script("COMMIT")
	}
	if err != nil && conn.InTransaction() {
		_ = conn.Script("ROLLBACK")
	}
	return err
}

// finishing is what SQL cannot do in a migration, by the migration's name.
var finishing = map[string]func(*native.Conn) error{"signals.sql": fingerprintAll}

func migrateFrom(conn *native.Conn, version int) error {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	for _, name := range files[version:] { // sorted, and numbered from 1
		script, err := migrations.ReadFile(name)
		if err != nil {
			return err
		}
		if err := conn.Script(string(script)); err != nil {
			return fmt.Errorf("migration %s: %w", strings.TrimPrefix(name, "migrations/"), err)
		}
		if finish, ok := finishing[name[strings.Index(name, "_")+1:]]; ok {
			if err := finish(conn); err != nil {
				return fmt.Errorf("migration %s: %w", strings.TrimPrefix(name, "migrations/"), err)
			}
		}
	}
	return conn.Script(fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, len(files)))
}

// lock begins a transaction that writes, as soon as other processes let it.
func lock(ctx context.Context, conn *native.Conn) error {
	for {
		err := conn.Script("BEGIN IMMEDIATE")
		if err == nil || !isCode(err, native.Busy) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(retryTime):
		}
	}
}

func isCode(err error, primary int) bool {
	var e *native.Error
	return errors.As(err, &e) && e.Primary() == primary
}

// unavailable is an error of the operating system.
func unavailable(cause error, format string, args ...any) *engine.Error {
	e := engine.Errorf(engine.Unavailable, format, args...)
	e.Message += ": " + cause.Error()
	e.Cause = cause
	return e
}
