// Drivers of Node.js: read_node.mjs pg|postgres uri|version. lines.py tells the protocol.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { readFileSync } from 'node:fs';

const require = createRequire(import.meta.url);
const [driver, form] = process.argv.slice(2);
const root = process.env.CONFORMANCE_ROOT;

const hex = (value) => Buffer.from(String(value), 'utf8').toString('hex');

// What pg does with `ssl`: without it no TLS; else Node verifies unless told not to.
function pgMode(ssl) {
  if (!ssl) return 'disable';
  if (ssl.rejectUnauthorized === false) return 'require';
  return ssl.checkServerIdentity ? 'verify-ca' : 'verify-full';
}

function pg() {
  const { parse } = require('pg-connection-string');
  return (text) => {
    const config = parse(text);
    const found = {
      hosts: config.host ? [[hex(config.host), config.port ? String(config.port) : '']] : [],
      user: config.user,
      password: config.password,
      dbname: config.database,
      sslmode: pgMode(config.ssl),
    };
    if (config.ssl && config.ssl.ca === readFileSync(root, 'utf8')) found.sslrootcert = root;
    // What pg takes from the text besides: the rest it does not know.
    for (const key of ['application_name', 'fallback_application_name', 'options',
      'client_encoding', 'replication']) found[key] = config[key];
    if (config.sslnegotiation) found.sslnegotiation = config.sslnegotiation;
    return found;
  };
}

// What postgres.js does with `ssl` in its connection.js.
function postgresMode(ssl) {
  if (!ssl || ssl === 'disable') return 'disable';
  if (ssl === 'prefer') return 'prefer';
  return ssl === 'require' || ssl === 'allow' ? 'require' : 'verify-full';
}

async function postgres() {
  const { default: connect } = await import('postgres');
  return (text) => {
    const { options } = connect(text);
    const found = {
      hosts: options.host.map((host, i) => [hex(host), String(options.port[i])]),
      user: options.user,
      password: options.pass,
      dbname: options.database,
      sslmode: postgresMode(options.ssl),
      connect_timeout: options.connect_timeout,
      target_session_attrs: options.target_session_attrs,
    };
    // The rest goes to the server as a setting, where these are the same thing as for libpq.
    for (const key of ['application_name', 'options', 'client_encoding', 'tcp_user_timeout',
      'replication']) found[key] = options.connection[key];
    const sent = Object.keys(options.connection).filter((key) => !(key in found));
    if (sent.length > 0) found.sent = sent.join();
    if (options.path) {
      found.hosts = [[hex(options.path.replace(/\/\.s\.PGSQL\.\d+$/, '')), String(options.port[0])]];
    }
    return found;
  };
}

if (form === 'version') {
  const name = driver === 'pg' ? 'pg-connection-string' : 'postgres';
  console.log(JSON.parse(readFileSync(
    new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8')).version);
} else {
  process.removeAllListeners('warning');
  process.on('warning', () => {});
  const read = driver === 'pg' ? pg() : await postgres();
  for await (const line of createInterface({ input: process.stdin })) {
    const [id, code] = line.split('\t');
    let answer = { id };
    try {
      for (const [key, value] of Object.entries(read(Buffer.from(code, 'hex').toString('utf8')))) {
        if (key === 'hosts') answer.hosts = value;
        else if (value !== undefined && value !== null) answer[key] = hex(value);
      }
    } catch (error) {
      answer = { id, error: `${error.name}: ${error.message}` };
    }
    console.log(JSON.stringify(answer));
  }
}
