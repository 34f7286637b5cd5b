// Drivers of Go as Debian packages them: go pgx|pq FORM. readers/lines.py tells the protocol.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"

	"github.com/jackc/pgconn"
	"github.com/lib/pq"
)

// Parameters of libpq that are settings of the server under the same name.
var settings = map[string]bool{"application_name": true, "options": true,
	"client_encoding": true, "tcp_user_timeout": true, "replication": true}

func code(text string) string { return hex.EncodeToString([]byte(text)) }

// sslmode of a configuration: what its attempts do, in order.
func pgxMode(config *pgconn.Config) string {
	var second *pgconn.FallbackConfig
	for _, fallback := range config.Fallbacks {
		if fallback.Host == config.Host && fallback.Port == config.Port {
			second = fallback
			break
		}
	}
	switch {
	case config.TLSConfig == nil && second != nil:
		return "allow"
	case config.TLSConfig == nil:
		return "disable"
	case second != nil:
		return "prefer"
	case !config.TLSConfig.InsecureSkipVerify:
		return "verify-full"
	case config.TLSConfig.VerifyPeerCertificate != nil:
		return "verify-ca"
	}
	return "require"
}

func pgxRead(text string) (map[string]interface{}, error) {
	config, err := pgconn.ParseConfig(text)
	if err != nil {
		return nil, err
	}
	hosts := [][2]string{{code(config.Host), strconv.Itoa(int(config.Port))}}
	for _, fallback := range config.Fallbacks {
		next := [2]string{code(fallback.Host), strconv.Itoa(int(fallback.Port))}
		if hosts[len(hosts)-1] != next {
			hosts = append(hosts, next)
		}
	}
	found := map[string]interface{}{"hosts": hosts, "user": code(config.User),
		"password": code(config.Password), "dbname": code(config.Database),
		"sslmode": code(pgxMode(config))}
	if config.ConnectTimeout > 0 {
		found["connect_timeout"] = code(strconv.Itoa(int(config.ConnectTimeout.Seconds())))
	}
	if config.TLSConfig != nil && config.TLSConfig.RootCAs != nil {
		found["sslrootcert"] = code(os.Getenv("CONFORMANCE_ROOT"))
	}
	if config.ValidateConnect != nil {
		// Which kind of server it asks for is inside of a function.
		got := reflect.ValueOf(config.ValidateConnect).Pointer()
		want := reflect.ValueOf(pgconn.ValidateConnectTargetSessionAttrsReadWrite).Pointer()
		if got == want {
			found["target_session_attrs"] = code("read-write")
		}
	}
	sent(found, config.RuntimeParams)
	return found, nil
}

// What goes to the server.
func sent(found map[string]interface{}, parameters map[string]string) {
	var unknown []string
	for key, value := range parameters {
		if settings[key] {
			found[key] = code(value)
		} else {
			unknown = append(unknown, key)
		}
	}
	if len(unknown) > 0 {
		found["sent"] = code(strings.Join(unknown, ","))
	}
}

// What lib/pq keeps to itself, as its isDriverSetting has it.
var pqOwn = map[string]bool{"host": true, "port": true, "user": true, "password": true,
	"dbname": true, "passfile": true, "sslmode": true, "sslcert": true, "sslkey": true,
	"sslrootcert": true, "sslinline": true, "sslsni": true, "fallback_application_name": true,
	"connect_timeout": true, "disable_prepared_binary_result": true, "binary_parameters": true,
	"krbsrvname": true, "krbspn": true}

func pqRead(text string) (found map[string]interface{}, err error) {
	// It panics at variables that it doesn't support.
	defer func() {
		if what := recover(); what != nil {
			err = fmt.Errorf("panic: %v", what)
		}
	}()
	connector, err := pq.NewConnector(text)
	if err != nil {
		return nil, err
	}
	found = map[string]interface{}{"sslmode": code("require")}
	parameters := map[string]string{}
	var host, port string
	options := reflect.ValueOf(connector).Elem().FieldByName("opts")
	for each := options.MapRange(); each.Next(); {
		key, value := each.Key().String(), each.Value().String()
		switch {
		case key == "host":
			host = value
		case key == "port":
			port = value
		case key == "extra_float_digits" || key == "datestyle":
			// Set by the driver itself.
		case pqOwn[key]:
			found[key] = code(value)
		default:
			parameters[key] = value
		}
	}
	found["hosts"] = [][2]string{{code(host), port}}
	mode, _ := hex.DecodeString(found["sslmode"].(string))
	switch string(mode) {
	case "disable", "require", "verify-full":
	case "verify-ca":
		// It sends the host's name (SNI), and then holds the certificate against it, too.
		found["sslmode"] = code("verify-full")
	default:
		return nil, fmt.Errorf("unsupported sslmode %q", mode)
	}
	sent(found, parameters)
	return found, nil
}

func setEnvironment(text string) func() {
	var names []string
	for _, setting := range strings.Split(strings.TrimSuffix(text, "\x00"), "\x00") {
		name, value, _ := strings.Cut(setting, "=")
		os.Setenv(name, value)
		names = append(names, name)
	}
	return func() {
		for _, name := range names {
			os.Unsetenv(name)
		}
	}
}

func main() {
	if os.Args[2] == "version" {
		return
	}
	read := map[string]func(string) (map[string]interface{}, error){"pgx": pgxRead, "pq": pqRead}[os.Args[1]]
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		id, text, _ := strings.Cut(lines.Text(), "\t")
		raw, _ := hex.DecodeString(text)
		reset := func() {}
		text = string(raw)
		if os.Args[2] == "env" {
			reset, text = setEnvironment(text), ""
		}
		found, err := read(text)
		reset()
		if err != nil {
			found = map[string]interface{}{"error": err.Error()}
		}
		found["id"] = id
		out.Encode(found)
	}
}
